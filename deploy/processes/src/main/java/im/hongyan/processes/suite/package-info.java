/** The services as processes: where they are, what each is told, and in which order they start. */
@NullMarked
package im.hongyan.processes.suite;

import org.jspecify.annotations.NullMarked;
