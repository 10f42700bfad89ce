/** The brokers and the store: inside this process, or real ones where their addresses are given. */
@NullMarked
package im.hongyan.standalone.backend;

import org.jspecify.annotations.NullMarked;
