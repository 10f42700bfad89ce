/** Connections that can be stalled, cut and refused. */
@NullMarked
package im.hongyan.processes.fault;

import org.jspecify.annotations.NullMarked;
