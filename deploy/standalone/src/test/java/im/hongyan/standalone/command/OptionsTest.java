package im.hongyan.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class OptionsTest {
  @Test
  void aBrokerIsAHostAndAPort() {
    HostAndPort.Converter reads = new HostAndPort.Converter();

    assertThat(reads.convert("broker.example.com:1883"))
        .isEqualTo(new HostAndPort("broker.example.com", 1883));
    assertThat(reads.convert("[::1]:1")).isEqualTo(new HostAndPort("[::1]", 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b", "a b:1", "host", "host:", "host:0", "host:99999", ":1", "u@h:1", ""})
  void whatIsNoHostAndPortIsToldWithWhatWasExpected(String typed) {
    assertThatThrownBy(() -> new HostAndPort.Converter().convert(typed))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("'%s' (expected: HOST:PORT)", typed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536", "x", ""})
  void whatIsNoPortIsToldWithWhatWasExpected(String typed) {
    assertThatThrownBy(() -> new ListeningPort().convert(typed))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("'%s' (expected: 0 to 65535)", typed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no such host", "192.0.2.1", ""})
  void anAddressOfAnotherMachineIsToldWithWhatWasExpected(String typed) {
    assertThatThrownBy(() -> new OwnAddress().convert(typed))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("'%s' (expected: an address of this machine)", typed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "::1"})
  void anAddressOfThisMachineIsTaken(String typed) {
    assertThat(new OwnAddress().convert(typed)).isNotNull();
  }
}
