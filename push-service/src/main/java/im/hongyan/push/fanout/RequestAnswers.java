package im.hongyan.push.fanout;

import im.hongyan.model.event.SessionEvent.RequestAnswered;

/** Tells whoever took a request in what has been decided about it. Never waits. */
@FunctionalInterface
interface RequestAnswers {
  void tell(RequestAnswered answer);
}
