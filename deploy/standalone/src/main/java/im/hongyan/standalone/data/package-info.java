/** The data folder: one process at a time. */
@NullMarked
package im.hongyan.standalone.data;

import org.jspecify.annotations.NullMarked;
