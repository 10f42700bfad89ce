package im.hongyan.gateway.cors;

import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource;

/** Answers a browser's question before anything else looks at the request. */
@Configuration(proxyBeanMethods = false)
class CorsConfig {
  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE + 10)
  CorsWebFilter corsFilter(CorsProperties properties) {
    CorsConfiguration cors = new CorsConfiguration();
    cors.setAllowedOriginPatterns(properties.allowedOrigins());
    cors.setAllowedMethods(List.of(CorsConfiguration.ALL));
    cors.setAllowedHeaders(List.of(CorsConfiguration.ALL));
    cors.setExposedHeaders(List.of(HttpHeaders.RETRY_AFTER));
    cors.setMaxAge(properties.maxAge());
    UrlBasedCorsConfigurationSource everywhere = new UrlBasedCorsConfigurationSource();
    everywhere.registerCorsConfiguration("/**", cors);
    return new CorsWebFilter(everywhere);
  }
}
