package im.hongyan.bench.mqtt;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One MQTT 3.1.1 connection with one subscription. Used from its event loop alone. */
public final class MqttConnection extends SimpleChannelInboundHandler<MqttMessage> {
  private static final int KEEP_ALIVE_SECONDS = 60;
  private static final int MAX_PACKET_BYTES = 4 * 1024 * 1024;
  private static final int FLUSHES_TOGETHER = 64;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final MqttLogin login;
  private final MqttListener listener;
  private @Nullable Channel channel;
  private @Nullable ScheduledFuture<?> pings;
  private int lastPacketId;
  private String closeReason = "closed by the server";
  private boolean closed;

  private MqttConnection(MqttLogin login, MqttListener listener) {
    this.login = login;
    this.listener = listener;
  }

  /** Connects; the listener hears how it went. */
  public static void open(
      EventLoop loop, InetSocketAddress broker, MqttLogin login, MqttListener listener) {
    MqttConnection connection = new MqttConnection(login, listener);
    ChannelFuture opening =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel ch) {
                    ch.pipeline()
                        .addLast(new FlushConsolidationHandler(FLUSHES_TOGETHER, true))
                        .addLast(new MqttDecoder(MAX_PACKET_BYTES))
                        .addLast(MqttEncoder.INSTANCE)
                        .addLast(connection);
                  }
                })
            .connect(broker);
    opening.addListener(
        done -> {
          if (!done.isSuccess()) {
            connection.end("connect failed: " + done.cause());
          }
        });
  }

  /**
   * Publishes at QoS 0 or 1.
   *
   * @return the packet id at QoS 1, else 0
   */
  public int publish(String topic, byte[] payload, int qos) {
    Channel open = channel;
    if (open == null) {
      return 0;
    }
    int packetId = qos == 0 ? 0 : nextPacketId();
    open.writeAndFlush(
        MqttMessageBuilders.publish()
            .topicName(topic)
            .qos(MqttQoS.valueOf(qos))
            .messageId(packetId)
            .payload(Unpooled.wrappedBuffer(payload))
            .build());
    return packetId;
  }

  /** Leaves in an orderly way. */
  public void disconnect() {
    Channel open = channel;
    if (open != null) {
      closeReason = "disconnected";
      open.writeAndFlush(MqttMessageBuilders.disconnect().build())
          .addListener(written -> open.close());
    }
  }

  /** Whether what comes is read; while it is not, the server's side fills up. */
  public void reading(boolean reads) {
    Channel open = channel;
    if (open != null) {
      open.config().setAutoRead(reads);
    }
  }

  /** Drops the connection without a word, as a dying client does. */
  public void abort() {
    Channel open = channel;
    if (open != null) {
      closeReason = "aborted";
      open.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    channel = ctx.channel();
    ctx.writeAndFlush(
        MqttMessageBuilders.connect()
            .protocolVersion(MqttVersion.MQTT_3_1_1)
            .clientId(login.clientId())
            .username(login.userName())
            .password(login.password().getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .hasUser(true)
            .hasPassword(true)
            .cleanSession(true)
            .keepAlive(KEEP_ALIVE_SECONDS)
            .build());
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, MqttMessage message) {
    if (message.decoderResult().isFailure()) {
      closeReason = "not MQTT: " + message.decoderResult().cause();
      ctx.close();
      return;
    }
    switch (message) {
      case MqttPublishMessage publish -> received(ctx, publish);
      case MqttPubAckMessage ack -> listener.acknowledged(ack.variableHeader().messageId());
      case MqttConnAckMessage ack -> loggedIn(ctx, ack.variableHeader().connectReturnCode());
      case MqttSubAckMessage ack -> subscribed(ctx, ack);
      default -> {}
    }
  }

  private void received(ChannelHandlerContext ctx, MqttPublishMessage publish) {
    byte[] payload = ByteBufUtil.getBytes(publish.payload());
    if (publish.fixedHeader().qosLevel() == MqttQoS.AT_LEAST_ONCE) {
      ctx.writeAndFlush(
          new MqttMessage(
              new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 2),
              MqttMessageIdVariableHeader.from(publish.variableHeader().packetId())));
    }
    listener.message(payload);
  }

  private void loggedIn(ChannelHandlerContext ctx, MqttConnectReturnCode code) {
    if (code != MqttConnectReturnCode.CONNECTION_ACCEPTED) {
      closeReason = "refused: " + code;
      ctx.close();
      return;
    }
    ctx.writeAndFlush(
        MqttMessageBuilders.subscribe()
            .addSubscription(MqttQoS.AT_LEAST_ONCE, login.subscription())
            .messageId(nextPacketId())
            .build());
  }

  private void subscribed(ChannelHandlerContext ctx, MqttSubAckMessage ack) {
    if (ack.payload().grantedQoSLevels().stream().anyMatch(qos -> qos > 2)) {
      closeReason = "subscription refused";
      ctx.close();
      return;
    }
    pings =
        ctx.executor()
            .scheduleAtFixedRate(
                () -> ctx.writeAndFlush(MqttMessage.PINGREQ),
                KEEP_ALIVE_SECONDS / 2,
                KEEP_ALIVE_SECONDS / 2,
                TimeUnit.SECONDS);
    listener.opened(this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(closeReason);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    closeReason = "failed: " + cause;
    ctx.close();
  }

  private void end(String reason) {
    if (closed) {
      return;
    }
    closed = true;
    channel = null;
    if (pings != null) {
      pings.cancel(false);
    }
    listener.closed(reason);
  }

  private int nextPacketId() {
    lastPacketId = lastPacketId == 0xffff ? 1 : lastPacketId + 1;
    return lastPacketId;
  }
}
