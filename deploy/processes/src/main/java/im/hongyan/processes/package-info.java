/** The command that starts the suite as separate processes. */
@NullMarked
package im.hongyan.processes;

import org.jspecify.annotations.NullMarked;
