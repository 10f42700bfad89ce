package im.hongyan.auth.token;

import im.hongyan.auth.client.AuthBridgeClient.ExternalToken;
import im.hongyan.auth.client.AuthBridgeClient.InternalToken;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Exchanges tokens, and publishes the key that verifies what it gives. */
@RestController
class TokenController {
  private final Authenticator authenticator;
  private final TokenIssuer issuer;

  TokenController(Authenticator authenticator, TokenIssuer issuer) {
    this.authenticator = authenticator;
    this.issuer = issuer;
  }

  @PostMapping("/internal/v1/tokens")
  InternalToken exchange(@RequestBody ExternalToken token) {
    Authenticator.Proof proof = authenticator.proofOf(token.token());
    UserId owner = proof.user();
    if (token.userId() != null && !token.userId().equals(owner)) {
      throw HongyanException.unauthenticated(
          "token: belongs to another user than %s", token.userId());
    }
    // An internal token ends when it ends: else whoever got hold of one could renew it for ever.
    return proof.internal() && proof.end() != null
        ? new InternalToken(owner, token.token(), proof.end().toEpochMilli())
        : issuer.issue(owner, proof.end());
  }

  @GetMapping("/internal/v1/jwks")
  Map<String, Object> keys() {
    return issuer.publishedKeys();
  }
}
