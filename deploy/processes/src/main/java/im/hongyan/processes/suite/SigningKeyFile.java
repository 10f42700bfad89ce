package im.hongyan.processes.suite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The key that signs internal tokens, as {@code openssl genpkey -algorithm EC -pkeyopt
 * ec_paramgen_curve:P-256} writes it: PKCS#8 in PEM with its public part, which the JDK leaves out.
 */
final class SigningKeyFile {
  /** What stands before the 32 bytes of the private part, and before the 65 of the public one. */
  private static final byte[] BEFORE_PRIVATE =
      HexFormat.of()
          .parseHex("308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420");

  private static final byte[] BEFORE_PUBLIC = HexFormat.of().parseHex("a144034200");
  private static final int PRIVATE = 32;
  private static final int PUBLIC = 65;

  private SigningKeyFile() {}

  /** The key in a file, made where there is none. */
  static URI in(Path file) {
    try {
      if (Files.notExists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
            file,
            "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                .formatted(Base64.getMimeEncoder().encodeToString(made())));
      }
      return file.toAbsolutePath().toUri();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] made() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      byte[] open = pair.getPublic().getEncoded();
      return ByteBuffer.allocate(BEFORE_PRIVATE.length + PRIVATE + BEFORE_PUBLIC.length + PUBLIC)
          .put(BEFORE_PRIVATE)
          .put(bytes(((ECPrivateKey) pair.getPrivate()).getS()))
          .put(BEFORE_PUBLIC)
          .put(open, open.length - PUBLIC, PUBLIC)
          .array();
    } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(BigInteger number) {
    byte[] padded = new byte[PRIVATE];
    byte[] signed = number.toByteArray();
    int length = Math.min(signed.length, PRIVATE);
    System.arraycopy(signed, signed.length - length, padded, PRIVATE - length, length);
    return padded;
  }
}
