/** Moderation by word lists: reading them, matching them through evasions, masking the hits. */
@NullMarked
package im.hongyan.moderation.words;

import org.jspecify.annotations.NullMarked;
