/** The server under test: one that is there already, or a process of its own. */
@NullMarked
package im.hongyan.bench.server;

import org.jspecify.annotations.NullMarked;
