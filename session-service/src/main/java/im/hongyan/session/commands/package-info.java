/** What clients ask of sessions, over every transport, and what they are answered. */
@NullMarked
package im.hongyan.session.commands;

import org.jspecify.annotations.NullMarked;
