/** An AMQP 0-9-1 broker inside this process: Apache Qpid Broker-J, durable or in memory. */
@NullMarked
package im.hongyan.embedded.amqp;

import org.jspecify.annotations.NullMarked;
