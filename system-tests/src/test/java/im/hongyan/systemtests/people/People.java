package im.hongyan.systemtests.people;

import im.hongyan.systemtests.suite.Suite;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The users of one test: their names are new on the server, and all leave when it ends. */
public final class People implements AutoCloseable {
  private static final String PHONE = "phone";
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final Suite suite;
  private final String suffix = "-" + NEXT.incrementAndGet();
  private final List<Person> people = new ArrayList<>();

  /** Nobody yet. */
  public People(Suite suite) {
    this.suite = suite;
  }

  /** Somebody new, not yet connected. */
  public Person named(String name) {
    Person person = new Person(suite, name + suffix, PHONE);
    people.add(person);
    return person;
  }

  /** The same device of somebody: the same user, with an inbox of its own. */
  public Person again(Person person) {
    return again(person, PHONE);
  }

  /** A further device of somebody: the same user, with an inbox of its own. */
  public Person again(Person person, String device) {
    Person same = new Person(suite, person.id().value(), device);
    people.add(same);
    return same;
  }

  @Override
  public void close() {
    people.forEach(Person::close);
  }
}
