package im.hongyan.session.people;

/** The inside of another service. */
public class Person {}
