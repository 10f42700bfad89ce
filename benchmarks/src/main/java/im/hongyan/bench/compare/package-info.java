/** The same load on the brokers alone and on Hongyan, and how near to their limit it comes. */
@NullMarked
package im.hongyan.bench.compare;

import org.jspecify.annotations.NullMarked;
