/** The way back to the client over MQTT. */
@NullMarked
package im.hongyan.ingest.reply;

import org.jspecify.annotations.NullMarked;
