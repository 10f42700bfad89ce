/** The database: its collections and indexes, and how one waits for it. */
@NullMarked
package im.hongyan.push.store;

import org.jspecify.annotations.NullMarked;
