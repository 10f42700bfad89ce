/** Tells auth-bridge who has been heard of. */
@NullMarked
package im.hongyan.ingest.activity;

import org.jspecify.annotations.NullMarked;
