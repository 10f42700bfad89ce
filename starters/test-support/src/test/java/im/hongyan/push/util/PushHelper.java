package im.hongyan.push.util;

/** Says nothing. */
public class PushHelper {}
