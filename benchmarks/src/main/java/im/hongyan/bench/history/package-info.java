/** Records every send, answer and push, and proves what they must add up to. */
@NullMarked
package im.hongyan.bench.history;

import org.jspecify.annotations.NullMarked;
