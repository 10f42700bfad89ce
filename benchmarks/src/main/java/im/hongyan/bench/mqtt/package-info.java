/** A lean MQTT 3.1.1 client: thousands of them cost little beside the server under test. */
@NullMarked
package im.hongyan.bench.mqtt;

import org.jspecify.annotations.NullMarked;
