package im.hongyan.embedded.mongo;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.ErrorCode;
import de.bwaldvogel.mongo.exception.MongoServerError;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what the store does not do, instead of doing something else: transactions, collations,
 * updates by pipeline, change streams, and indexes that are not plain ordered ones.
 */
final class Unsupported {
  private static final List<String> INDEX_OPTIONS =
      List.of("sparse", "expireAfterSeconds", "partialFilterExpression", "collation", "weights");

  private Unsupported() {}

  /** Fails with error 20 (IllegalOperation) when the command asks for one of these. */
  static void refuse(String command, Document query) {
    if (query.containsKey("startTransaction") || query.containsKey("autocommit")) {
      throw refused("transactions");
    }
    if (query.containsKey("collation")) {
      throw refused("collations");
    }
    switch (command) {
      case "createIndexes" -> documents(query, "indexes").forEach(Unsupported::refuseIndex);
      case "update" ->
          documents(query, "updates")
              .forEach(
                  update -> {
                    refusePipeline(update.get("u"));
                    if (update.containsKey("collation")) {
                      throw refused("collations");
                    }
                  });
      case "findAndModify", "findandmodify" -> refusePipeline(query.get("update"));
      case "aggregate" -> {
        if (documents(query, "pipeline").stream()
            .anyMatch(stage -> stage.containsKey("$changeStream"))) {
          throw refused("change streams");
        }
      }
      case "renameCollection" -> throw refused("renaming collections");
      default -> {
        // Supported, or refused by the command itself.
      }
    }
  }

  private static void refuseIndex(Document index) {
    for (String option : INDEX_OPTIONS) {
      Object value = index.get(option);
      if (value != null && !Boolean.FALSE.equals(value)) {
        throw refused("indexes with " + option);
      }
    }
    if (index.get("key") instanceof Document keys) {
      keys.forEach(
          (field, kind) -> {
            if (!(kind instanceof Number) || field.contains("$**")) {
              throw refused("indexes of kind " + kind + " on " + field);
            }
          });
    }
  }

  private static void refusePipeline(@Nullable Object update) {
    if (update instanceof Collection) {
      throw refused("updates by pipeline");
    }
  }

  private static List<Document> documents(Document query, String field) {
    return query.get(field) instanceof Collection<?> all
        ? all.stream().filter(Document.class::isInstance).map(Document.class::cast).toList()
        : List.of();
  }

  private static MongoServerError refused(String what) {
    return new MongoServerError(
        ErrorCode.IllegalOperation, "The embedded store does not support " + what);
  }
}
