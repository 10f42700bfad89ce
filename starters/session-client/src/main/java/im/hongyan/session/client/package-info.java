/** What session-service can be asked: sessions, their members, the session messages. */
@NullMarked
package im.hongyan.session.client;

import org.jspecify.annotations.NullMarked;
