/** Several services in one process without getting into each other's way. */
@NullMarked
package im.hongyan.standalone.service;

import org.jspecify.annotations.NullMarked;
