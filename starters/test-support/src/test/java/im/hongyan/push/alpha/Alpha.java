package im.hongyan.push.alpha;

import im.hongyan.push.beta.Beta;
import im.hongyan.session.people.Person;
import java.time.Instant;
import java.util.Date;

/** Breaks most rules. */
public class Alpha {
  public Beta beta;
  public Person person;

  public Instant now() throws InterruptedException {
    Thread.sleep(1);
    System.out.println(new Date());
    Runnable hidden = () -> System.currentTimeMillis();
    hidden.run();
    return Instant.now();
  }
}
