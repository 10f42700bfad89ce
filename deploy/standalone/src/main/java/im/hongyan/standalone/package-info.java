/** The whole suite in one process: what starts, in which order, and how it ends. */
@NullMarked
package im.hongyan.standalone;

import org.jspecify.annotations.NullMarked;
