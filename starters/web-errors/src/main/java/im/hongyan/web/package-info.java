/** Failures over HTTP: problem details on the way out, exceptions again on the way in. */
@NullMarked
package im.hongyan.web;

import org.jspecify.annotations.NullMarked;
