/** What push-service can be asked: how sessions stand for one of their members. */
@NullMarked
package im.hongyan.push.client;

import org.jspecify.annotations.NullMarked;
