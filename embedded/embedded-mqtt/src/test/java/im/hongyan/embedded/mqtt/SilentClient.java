package im.hongyan.embedded.mqtt;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An MQTT 3.1.1 client that subscribes to its topic and then reads nothing until it is told to. */
final class SilentClient implements AutoCloseable {
  private static final int CONNECT = 0x10;
  private static final int SUBSCRIBE = 0x82;
  private static final int DIGITS = 8;

  private final Socket socket;
  private final DataInputStream in;

  private SilentClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  static SilentClient subscribe(int port, String user) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(64 * 1024);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(15_000);
    SilentClient client = new SilentClient(socket);
    client.send(
        CONNECT,
        body -> {
          body.writeUTF("MQTT");
          body.writeByte(4);
          body.writeByte(0xC2);
          body.writeShort(0);
          body.writeUTF(user + ":silent");
          body.writeUTF(user);
          body.writeUTF("good");
        });
    client.packet();
    client.send(
        SUBSCRIBE,
        body -> {
          body.writeShort(1);
          body.writeUTF("/root/client/" + user);
          body.writeByte(0);
        });
    client.packet();
    return client;
  }

  private interface Body {
    void write(DataOutputStream to) throws IOException;
  }

  private void send(int type, Body body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    body.write(new DataOutputStream(bytes));
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(type);
    packet.write(bytes.size());
    packet.write(bytes.toByteArray());
    socket.getOutputStream().write(packet.toByteArray());
  }

  private byte[] packet() throws IOException {
    in.readByte();
    int length = 0;
    int shift = 0;
    int more;
    do {
      more = in.readUnsignedByte();
      length |= (more & 0x7F) << shift;
      shift += 7;
    } while ((more & 0x80) != 0);
    byte[] body = new byte[length];
    in.readFully(body);
    return body;
  }

  /** The numbers that the messages begin with, up to the end of the connection. */
  List<Integer> readToTheEnd() throws IOException {
    List<Integer> numbers = new ArrayList<>();
    try {
      while (true) {
        byte[] publish = packet();
        int topic = (publish[0] & 0xFF) << 8 | publish[1] & 0xFF;
        numbers.add(
            Integer.parseInt(new String(publish, 2 + topic, DIGITS, StandardCharsets.US_ASCII)));
      }
    } catch (EOFException | SocketException ended) {
      return numbers;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
