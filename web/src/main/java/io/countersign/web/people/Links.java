package io.countersign.web.people;

import org.springframework.stereotype.Component;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** One-time links, as the person asking reaches this server. */
@Component
class Links {
    String address(String secret) {
        return ServletUriComponentsBuilder.fromCurrentContextPath()
                .path("/link/{secret}")
                .buildAndExpand(secret)
                .toUriString();
    }
}
