package im.hongyan.push;

/** In the base package, and not the application. */
public class Stray {}
