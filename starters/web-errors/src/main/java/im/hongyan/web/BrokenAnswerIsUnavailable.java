package im.hongyan.web;

import feign.InvocationContext;
import feign.ResponseInterceptor;
import feign.codec.DecodeException;
import im.hongyan.model.HongyanException;
import java.io.IOException;

/** An answer that breaks off, or is not what was asked for, counts as no answer. */
final class BrokenAnswerIsUnavailable implements ResponseInterceptor {
  @Override
  public Object intercept(InvocationContext context, Chain chain) throws Exception {
    try {
      return chain.next(context);
    } catch (IOException | DecodeException e) {
      throw HongyanException.unavailable("a back end's answer broke off or makes no sense", e);
    }
  }
}
