/** What the tests of every module share: the architecture's rules, a clock to turn, free ports. */
@NullMarked
package im.hongyan.testsupport;

import org.jspecify.annotations.NullMarked;
