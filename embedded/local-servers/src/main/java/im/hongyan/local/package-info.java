/** Real servers of this machine, started as private child processes on the loopback address. */
@NullMarked
package im.hongyan.local;

import org.jspecify.annotations.NullMarked;
