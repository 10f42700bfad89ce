package im.hongyan.push.beta;

import im.hongyan.push.alpha.Alpha;

/** In a cycle with {@link Alpha}. */
public class Beta {
  public Alpha alpha;
}
