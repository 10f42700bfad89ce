package im.hongyan.bench.compare;

import im.hongyan.local.LocalRabbit;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A RabbitMQ on free ports. */
final class ScratchRabbit implements AutoCloseable {
  private final LocalRabbit rabbit;

  ScratchRabbit(Path folder) {
    List<Integer> ports = FreePorts.some(5);
    rabbit =
        LocalRabbit.start(
            new LocalRabbit.Options(
                folder,
                new LocalRabbit.Ports(
                    ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(4)),
                "scratch",
                Optional.empty()));
  }

  URI uri() {
    return rabbit.uri();
  }

  @Override
  public void close() {
    rabbit.close();
  }
}
