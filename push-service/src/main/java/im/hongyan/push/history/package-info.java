/** The messages of a session, page by page, over HTTP. */
@NullMarked
package im.hongyan.push.history;

import org.jspecify.annotations.NullMarked;
