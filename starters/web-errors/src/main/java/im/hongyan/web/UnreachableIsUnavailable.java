package im.hongyan.web;

import feign.RetryableException;
import feign.Retryer;
import im.hongyan.model.HongyanException;

/** Never retries; says UNAVAILABLE where the connection failed or the answer took too long. */
final class UnreachableIsUnavailable implements Retryer {
  @Override
  public void continueOrPropagate(RetryableException e) {
    throw HongyanException.unavailable("a back end is not reachable; try again", e);
  }

  @Override
  @SuppressWarnings("MissingSuperCall") // without state, itself is as good as a copy
  public Retryer clone() {
    return this;
  }
}
