package im.hongyan.push.fanout;

import im.hongyan.model.event.SessionEvent.RecallAnswered;

/** Tells whoever took a recall in what has become of it. Never waits. */
@FunctionalInterface
interface RecallAnswers {
  void tell(RecallAnswered answer);
}
