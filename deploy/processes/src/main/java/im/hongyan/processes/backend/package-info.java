/** What the services need beside the brokers: a document store and a user system. */
@NullMarked
package im.hongyan.processes.backend;

import org.jspecify.annotations.NullMarked;
