package im.hongyan.amqp;

import com.rabbitmq.client.ShutdownSignalException;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The failures of which it is known whether they pass. Those of libraries that not every service
 * has are known by their names.
 */
final class KnownFailures {
  private static final int DEEPEST_CAUSE = 10;

  /** Whatever was wrong with them, these are about what was read or written. */
  private static final Set<String> ABOUT_THE_EVENT =
      Set.of(
          "tools.jackson.core.JacksonException",
          "com.fasterxml.jackson.core.JacksonException",
          "com.fasterxml.jackson.core.JsonProcessingException");

  /** A service that is asked is overloaded or not there. */
  private static final Set<String> SERVICE_IS_DOWN =
      Set.of(
          "feign.RetryableException",
          "feign.FeignException$BadGateway",
          "feign.FeignException$ServiceUnavailable",
          "feign.FeignException$GatewayTimeout",
          "feign.FeignException$TooManyRequests",
          "io.github.resilience4j.circuitbreaker.CallNotPermittedException",
          "io.github.resilience4j.bulkhead.BulkheadFullException");

  private static final String MONGO = "com.mongodb.MongoException";

  /** Has no code of its own but those of what it wrote. */
  private static final String MONGO_BULK_WRITE = "com.mongodb.MongoBulkWriteException";

  /** The database cannot be reached, has no primary, or takes too long. */
  private static final Set<String> MONGO_IS_DOWN =
      Set.of(
          "com.mongodb.MongoSocketException",
          "com.mongodb.MongoTimeoutException",
          "com.mongodb.MongoExecutionTimeoutException",
          "com.mongodb.MongoOperationTimeoutException",
          "com.mongodb.MongoInterruptedException",
          "com.mongodb.MongoNotPrimaryException",
          "com.mongodb.MongoNodeIsRecoveringException",
          "com.mongodb.MongoConnectionPoolClearedException",
          "com.mongodb.MongoServerUnavailableException",
          "com.mongodb.MongoCursorNotFoundException",
          "com.mongodb.MongoWriteConcernException",
          "com.mongodb.MongoSecurityException");

  /** The database says itself that trying again may help. */
  private static final String[] MONGO_LABELS = {
    "RetryableWriteError", "RetryableError", "TransientTransactionError", "SystemOverloadedError"
  };

  /**
   * Codes that are about the server and not about the command: host unreachable or not found (6,
   * 7), rights (13, 18), time limits (50, 64, 89, 202, 262), shutting down and elections (91, 133,
   * 189, 10107, 11600, 11602, 13435, 13436), network (9001), conflict (112), disk full (14031).
   */
  private static final Set<Integer> MONGO_CODES =
      Set.of(
          6, 7, 13, 18, 50, 64, 89, 91, 112, 133, 189, 202, 262, 9001, 10107, 11600, 11602, 13435,
          13436, 14031);

  private KnownFailures() {}

  /** Whether a failure is known to pass; a wrapper is what it wraps. */
  static boolean pass(Throwable failure) {
    Throwable next = failure;
    for (int depth = 0; next != null && depth < DEEPEST_CAUSE; depth++) {
      Boolean passes = passes(next);
      if (passes != null) {
        return passes;
      }
      next = next.getCause();
    }
    return false;
  }

  /** Null where this alone does not tell. */
  private static @Nullable Boolean passes(Throwable failure) {
    if (isOneOf(ABOUT_THE_EVENT, failure)) {
      return false;
    }
    return switch (failure) {
      case HongyanException e ->
          e.code() == ErrorCode.UNAVAILABLE || e.code() == ErrorCode.RATE_LIMITED;
      case IOException e -> true;
      case TimeoutException e -> true;
      case ShutdownSignalException e -> true;
      case RejectedExecutionException e -> true;
      case CancellationException e -> true;
      // Too deep or too recursive an event; a full heap is nobody's fault.
      case StackOverflowError e -> false;
      case VirtualMachineError e -> true;
      default -> {
        if (isOneOf(Set.of(MONGO), failure)) {
          yield isOneOf(MONGO_IS_DOWN, failure) || saysThatItPasses(failure);
        }
        yield isOneOf(SERVICE_IS_DOWN, failure) ? true : null;
      }
    };
  }

  private static boolean isOneOf(Set<String> names, Throwable failure) {
    for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
      if (names.contains(type.getName())) {
        return true;
      }
    }
    return false;
  }

  private static boolean saysThatItPasses(Throwable mongo) {
    try {
      if (isOneOf(Set.of(MONGO_BULK_WRITE), mongo)
          ? partsPass(mongo)
          : MONGO_CODES.contains(codeOf(mongo))) {
        return true;
      }
      Method hasLabel = mongo.getClass().getMethod("hasErrorLabel", String.class);
      for (String label : MONGO_LABELS) {
        if (hasLabel.invoke(mongo, label) instanceof Boolean has && has) {
          return true;
        }
      }
      return false;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /**
   * What was written and is not known to last may be tried again, whatever else happened. What was
   * not written passes if all of it does.
   */
  private static boolean partsPass(Throwable bulkWrite) throws ReflectiveOperationException {
    Class<?> type = bulkWrite.getClass();
    if (type.getMethod("getWriteConcernError").invoke(bulkWrite) != null) {
      return true;
    }
    if (!(type.getMethod("getWriteErrors").invoke(bulkWrite) instanceof List<?> errors)
        || errors.isEmpty()) {
      return false;
    }
    for (Object error : errors) {
      if (!MONGO_CODES.contains(codeOf(error))) {
        return false;
      }
    }
    return true;
  }

  private static int codeOf(Object mongo) throws ReflectiveOperationException {
    return mongo.getClass().getMethod("getCode").invoke(mongo) instanceof Integer code ? code : 0;
  }
}
