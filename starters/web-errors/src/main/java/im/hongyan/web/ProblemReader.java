package im.hongyan.web;

import feign.Response;
import feign.codec.ErrorDecoder;
import im.hongyan.model.HongyanException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Turns the answer of a failed request into the exception that caused it over there. */
final class ProblemReader implements ErrorDecoder {
  private static final int MAX_BYTES = 64 * 1024;

  private final JsonMapper json = JsonMapper.shared();

  @Override
  public Exception decode(String methodKey, Response response) {
    String whatFailed = methodKey + ": status " + response.status();
    Problem problem = read(response);
    return problem == null
        ? new HongyanException(StatusCodes.codeOf(response.status()), whatFailed)
        : problem.toException(whatFailed);
  }

  private @Nullable Problem read(Response response) {
    if (response.body() == null) {
      return null;
    }
    try (InputStream body = response.body().asInputStream()) {
      Problem problem = json.readValue(body.readNBytes(MAX_BYTES), Problem.class);
      return problem == null || problem.errcode() == null ? null : problem;
    } catch (IOException | JacksonException e) {
      return null;
    }
  }
}
