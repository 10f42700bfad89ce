/** Whether the whole suite is ready, as one answer. */
@NullMarked
package im.hongyan.gateway.readiness;

import org.jspecify.annotations.NullMarked;
