package io.countersign.governance.people;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * Hashes passwords in no time, to measure what a sign-in costs apart from that. It bears no
 * annotation, since a scan of the core's packages would find it.
 */
public class QuickPasswords {
    @Bean
    @Primary
    Passwords quickPasswords() {
        return new Passwords(1);
    }
}
