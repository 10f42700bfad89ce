/** The edges where messages come in: MQTT and HTTP. */
@NullMarked
package im.hongyan.ingest.inbound;

import org.jspecify.annotations.NullMarked;
