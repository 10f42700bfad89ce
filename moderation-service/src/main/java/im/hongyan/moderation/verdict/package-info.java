/** What moderation can decide about a content, and who decides it. */
@NullMarked
package im.hongyan.moderation.verdict;

import org.jspecify.annotations.NullMarked;
