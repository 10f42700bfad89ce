/** What other services answer: connection commands, session commands, tokens. */
@NullMarked
package im.hongyan.ingest.forward;

import org.jspecify.annotations.NullMarked;
