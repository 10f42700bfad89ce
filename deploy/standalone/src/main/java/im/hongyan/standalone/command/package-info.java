/** The commands that a human types. */
@NullMarked
package im.hongyan.standalone.command;

import org.jspecify.annotations.NullMarked;
