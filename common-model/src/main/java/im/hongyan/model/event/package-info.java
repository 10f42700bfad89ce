/** Domain events: what the services tell one another through the streams of RabbitMQ. */
@NullMarked
package im.hongyan.model.event;

import org.jspecify.annotations.NullMarked;
