package im.hongyan.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;

/**
 * The key that signs internal tokens, and those that verify them, named by its thumbprint: the same
 * key has the same name.
 */
final class SigningKey {
  private static final String PROPERTY = "hongyan.token.private-key";
  private static final String VERIFY_PROPERTY = "hongyan.token.verify-keys";

  /** The end of a PKCS#8 P-256 key: a bit string with an uncompressed point, then the point. */
  private static final byte[] POINT_FOLLOWS = {0x03, 0x42, 0x00, 0x04};

  private static final int COORDINATE_BYTES = 32;

  private SigningKey() {}

  static ECKey loadOrMake(@Nullable Resource pem) {
    try {
      return pem == null
          ? new ECKeyGenerator(Curve.P_256)
              .keyUse(KeyUse.SIGNATURE)
              .keyIDFromThumbprint(true)
              .generate()
          : parse(pem.getContentAsString(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new IllegalStateException(
          PROPERTY + ": " + pem + " cannot be read: " + e.getMessage(), e);
    } catch (JOSEException | GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalStateException(
          PROPERTY + ": not a P-256 key in PKCS#8 PEM that holds its public part", e);
    }
  }

  /** A key that only verifies. */
  static ECKey loadPublic(Resource pem) {
    try {
      return parsePublic(pem.getContentAsString(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new IllegalStateException(
          VERIFY_PROPERTY + ": " + pem + " cannot be read: " + e.getMessage(), e);
    } catch (JOSEException | GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalStateException(
          VERIFY_PROPERTY + ": " + pem + " is no P-256 public key in PEM", e);
    }
  }

  private static ECKey parsePublic(String pem) throws GeneralSecurityException, JOSEException {
    byte[] der = Base64.getDecoder().decode(base64(pem, "PUBLIC"));
    PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
    if (!(key instanceof ECPublicKey publicKey)
        || !Curve.P_256.equals(Curve.forECParameterSpec(publicKey.getParams()))) {
      throw new IllegalArgumentException("another curve");
    }
    return new ECKey.Builder(Curve.P_256, publicKey)
        .keyUse(KeyUse.SIGNATURE)
        .keyIDFromThumbprint()
        .build();
  }

  private static String base64(String pem, String kind) {
    return pem.replaceAll("-----(BEGIN|END) " + kind + " KEY-----", "").replaceAll("\\s", "");
  }

  static ECKey parse(String pem) throws GeneralSecurityException, JOSEException {
    byte[] der = Base64.getDecoder().decode(base64(pem, "PRIVATE"));
    PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    int point = der.length - 2 * COORDINATE_BYTES;
    int prefix = point - POINT_FOLLOWS.length;
    if (!(key instanceof ECPrivateKey privateKey)
        || prefix < 0
        || !Arrays.equals(der, prefix, point, POINT_FOLLOWS, 0, POINT_FOLLOWS.length)) {
      throw new IllegalArgumentException("no public part");
    }
    Base64URL x = Base64URL.encode(Arrays.copyOfRange(der, point, point + COORDINATE_BYTES));
    Base64URL y = Base64URL.encode(Arrays.copyOfRange(der, point + COORDINATE_BYTES, der.length));
    return new ECKey.Builder(Curve.P_256, x, y)
        .privateKey(privateKey)
        .keyUse(KeyUse.SIGNATURE)
        .keyIDFromThumbprint()
        .build();
  }
}
