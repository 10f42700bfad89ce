package im.hongyan.demo;

import im.hongyan.model.UserId;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Tells who a token belongs to. */
@RestController
class VerifyController {
  private static final String PREFIX = "demo-";

  record Question(@Nullable String token) {
    /** Without the token, which opens everything. */
    @Override
    public String toString() {
      return "Question";
    }
  }

  record Answer(String userId) {}

  @PostMapping("/token/verify")
  ResponseEntity<Answer> verify(@RequestBody Question question) {
    String token = question.token();
    if (token == null || !token.startsWith(PREFIX)) {
      return ResponseEntity.status(HttpStatus.UNAUTHORIZED).build();
    }
    String user = token.substring(PREFIX.length());
    return UserId.isValid(user)
        ? ResponseEntity.ok(new Answer(user))
        : ResponseEntity.status(HttpStatus.UNAUTHORIZED).build();
  }
}
