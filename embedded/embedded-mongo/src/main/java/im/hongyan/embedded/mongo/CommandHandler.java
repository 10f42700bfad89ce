package im.hongyan.embedded.mongo;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.exception.MongoServerException;
import de.bwaldvogel.mongo.wire.message.ClientRequest;
import de.bwaldvogel.mongo.wire.message.MessageHeader;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import de.bwaldvogel.mongo.wire.message.MongoQuery;
import de.bwaldvogel.mongo.wire.message.MongoReply;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out commands and answers them: a command that may have written, and one that wants to
 * read what a majority has, only once everything written so far is on disk. Nothing waits for that;
 * the journal sends the answers.
 */
@ChannelHandler.Sharable
final class CommandHandler extends SimpleChannelInboundHandler<ClientRequest> {
  private static final Logger log = LoggerFactory.getLogger(CommandHandler.class);

  private static final Set<String> READING =
      Set.of(
          "find",
          "getMore",
          "count",
          "distinct",
          "killCursors",
          "ping",
          "hello",
          "ismaster",
          "isMaster",
          "buildInfo",
          "buildinfo",
          "endSessions",
          "listCollections",
          "listIndexes",
          "listDatabases",
          "serverStatus",
          "collStats",
          "dbStats");

  /** Answered on the connection's own event loop: short, or made short by an index. */
  private static final Set<String> SHORT =
      Set.of(
          "find",
          "getMore",
          "insert",
          "update",
          "delete",
          "findAndModify",
          "killCursors",
          "ping",
          "hello",
          "ismaster",
          "isMaster",
          "endSessions");

  /** Read concerns under which nothing may be shown that a crash could take back. */
  private static final Set<String> DURABLE_READS = Set.of("majority", "linearizable", "snapshot");

  private static final Set<String> HANDSHAKE = Set.of("ismaster", "isMaster", "hello");
  private static final int INTERNAL_ERROR = 1;

  /**
   * Clients take it for what passes; for an internal error they may drop what they wanted to write.
   */
  private static final int OUT_OF_DISK_SPACE = 14031;

  private final StoreBackend backend;
  private final DurableStore store;
  private final ChannelGroup connections;
  private final Executor longCommands;
  private final AtomicInteger answers = new AtomicInteger();

  CommandHandler(
      StoreBackend backend, DurableStore store, ChannelGroup connections, Executor longCommands) {
    super(ClientRequest.class);
    this.backend = backend;
    this.store = store;
    this.connections = connections;
    this.longCommands = longCommands;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    connections.add(context.channel());
    super.channelActive(context);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    backend.handleClose(context.channel());
    super.channelInactive(context);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      log.debug("A client's connection broke", cause);
    } else {
      log.warn("A client sent what is no valid message; its connection is closed", cause);
    }
    var _ = context.close();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ClientRequest request) {
    switch (request) {
      case MongoMessage message -> {
        if (SHORT.contains(commandOf(message.getDocument()))) {
          answer(message);
        } else {
          longCommands.execute(() -> answer(message));
        }
      }
      case MongoQuery query -> answerHandshake(query);
      default -> throw new MongoServerException("unknown message: " + request);
    }
  }

  private static String commandOf(Document query) {
    return query.keySet().iterator().next();
  }

  /** Drivers of today use the old kind of message for their first one alone. */
  private void answerHandshake(MongoQuery query) {
    String command = commandOf(query.getQuery());
    if (!HANDSHAKE.contains(command)) {
      throw new MongoServerException("OP_QUERY is for the handshake only, not for " + command);
    }
    Document answer =
        backend.handleCommand(
            query.getChannel(), query.getDatabaseName(), command, query.getQuery());
    send(query.getChannel(), new MongoReply(headerFor(query), List.of(answer), 0));
  }

  private void answer(MongoMessage message) {
    String command = commandOf(message.getDocument());
    if (HANDSHAKE.contains(command)) {
      // Also of a store that has failed, else clients would wait for it instead of being told.
      send(message, carriedOut(message));
      return;
    }
    IOException stopped = store.failure();
    if (stopped != null) {
      send(message, error(OUT_OF_DISK_SPACE, notOnDisk(stopped)));
      return;
    }
    Document answer = carriedOut(message);
    boolean durableRead = wantsDurable(message);
    if (READING.contains(command) && !durableRead) {
      sendUnlessStopped(message, answer);
    } else {
      if (durableRead) {
        // What was read may be of a command that has not handed its changes to the journal yet.
        backend.database(message.getDatabaseName()).awaitWriters();
      }
      store.whenAllDurable(() -> sendUnlessStopped(message, answer));
    }
  }

  private static boolean wantsDurable(MongoMessage message) {
    return message.getDocument().get("readConcern") instanceof Document concern
        && concern.get("level") instanceof String level
        && DURABLE_READS.contains(level);
  }

  /** What a store that has stopped has in memory need not be on disk, so it is not shown. */
  private void sendUnlessStopped(MongoMessage message, Document answer) {
    IOException stopped = store.failure();
    send(message, stopped == null ? answer : error(OUT_OF_DISK_SPACE, notOnDisk(stopped)));
  }

  private void send(MongoMessage message, Document answer) {
    send(message.getChannel(), new MongoMessage(message.getChannel(), headerFor(message), answer));
  }

  /** A client that has gone away meanwhile closes its channel by itself. */
  private static void send(Channel channel, Object answer) {
    var _ = channel.writeAndFlush(answer, channel.voidPromise());
  }

  private static String notOnDisk(IOException failure) {
    return "The store cannot write to disk and has stopped; whether a write that was not answered"
        + " was kept is unknown: "
        + failure.getMessage();
  }

  private Document carriedOut(MongoMessage message) {
    try {
      return backend.handleMessage(message);
    } catch (MongoServerError e) {
      log.debug("A command was refused", e);
      return error(e.getCode(), e.getMessageWithoutErrorCode()).append("codeName", e.getCodeName());
    } catch (MongoServerException e) {
      log.debug("A command was refused", e);
      return error(INTERNAL_ERROR, e.getMessageWithoutErrorCode());
    } catch (RuntimeException e) {
      log.error("The command {} failed", commandOf(message.getDocument()), e);
      return error(INTERNAL_ERROR, "The store failed: " + e);
    }
  }

  private static Document error(int code, String sentence) {
    return new Document("ok", 0).append("errmsg", sentence).append("code", code);
  }

  private MessageHeader headerFor(ClientRequest request) {
    return new MessageHeader(answers.incrementAndGet(), request.getHeader().getRequestID());
  }
}
