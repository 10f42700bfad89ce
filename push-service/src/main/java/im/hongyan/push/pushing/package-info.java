/** How a push is written, and how it gets onto its receiver's topic. */
@NullMarked
package im.hongyan.push.pushing;

import org.jspecify.annotations.NullMarked;
