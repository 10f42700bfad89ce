/** What a session is and who may do what in it: pure rules, no stores, no clocks. */
@NullMarked
package im.hongyan.session.conversation;

import org.jspecify.annotations.NullMarked;
