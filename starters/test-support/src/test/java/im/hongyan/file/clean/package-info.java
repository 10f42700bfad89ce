/** Keeps to every rule. */
@NullMarked
package im.hongyan.file.clean;

import org.jspecify.annotations.NullMarked;
