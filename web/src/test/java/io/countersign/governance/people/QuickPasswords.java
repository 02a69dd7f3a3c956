package io.countersign.governance.people;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Hashes passwords in no time, to measure what a sign-in costs apart from that. */
@TestConfiguration(proxyBeanMethods = false)
public class QuickPasswords {
    @Bean
    @Primary
    Passwords quickPasswords() {
        return new Passwords(1);
    }
}
