package io.countersign.web.start;

import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.configuration.ConfigurationChecks;
import io.countersign.governance.configuration.ConfigurationFiles;
import io.countersign.governance.eventstore.Erasure;
import io.countersign.governance.eventstore.EventJsonModule;
import io.countersign.governance.eventstore.WriterKey;
import io.countersign.governance.keys.KeyFolder;
import io.countersign.governance.keys.PersonalKeyring;
import io.countersign.governance.keys.PersonalTextModule;
import io.countersign.governance.ledger.LedgerSettings;
import io.countersign.governance.ledger.WriterKeys;
import io.countersign.governance.people.KnownRoles;
import io.countersign.governance.people.PersonalKeys;
import io.countersign.governance.policy.AdoptedRoles;
import io.countersign.governance.policy.RoleCatalogue;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import java.time.Clock;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What core needs of this host: its keys and files; and the questions that one capability answers
 * for another.
 */
@Configuration(proxyBeanMethods = false)
class CoreConfiguration {
    @Bean
    KeyFolder keyFolder(Settings settings) {
        try {
            return KeyFolder.open(settings.home().resolve("keys"));
        } catch (IllegalStateException e) {
            throw new CannotStart(
                    String.valueOf(e.getMessage()),
                    "The keys in this folder are for its owner only.",
                    e);
        }
    }

    @Bean
    WriterKey writerKey(KeyFolder keys) {
        return keys.writer();
    }

    @Bean
    WriterKeys writerKeys(KeyFolder keys) {
        return new WriterKeys(keys::writers);
    }

    @Bean
    LedgerSettings ledgerSettings(Settings settings) {
        var ledger = settings.ledger();
        return new LedgerSettings(
                settings.home().resolve("ledger"),
                ledger.signs(),
                ledger.origin(),
                ledger.witnesses(),
                LedgerSettings.USUAL_INTERVAL);
    }

    @Bean
    PersonalKeyring personalKeyring(JdbcClient db, KeyFolder keys, Clock clock) {
        return new PersonalKeyring(db, keys, clock);
    }

    @Bean
    EventJsonModule sealedPersonalText(PersonalKeyring keyring) {
        return new EventJsonModule(new PersonalTextModule(keyring));
    }

    /** A key that another node has destroyed. */
    @Bean
    Erasure erasure(PersonalKeyring keyring) {
        return keyring::forget;
    }

    @Bean
    PersonalKeys personalKeys(PersonalKeyring keyring) {
        return new PersonalKeys() {
            @Override
            public void create(UserId person) {
                keyring.create(person);
            }

            @Override
            public void destroy(UserId person) {
                keyring.destroy(person);
            }
        };
    }

    @Bean
    ConfigurationFiles configurationFiles(
            Settings settings, ConfigurationChecks checks, AdoptedFiles adopted) {
        return new ConfigurationFiles(settings.configuration(), checks, adopted);
    }

    @Bean
    KnownRoles knownRoles(AdoptedRoles roles) {
        return new KnownRoles() {
            @Override
            public boolean contains(Role role) {
                return all().contains(role);
            }

            @Override
            public Set<Role> all() {
                return roles.inForce().roles().stream()
                        .map(RoleCatalogue.Entry::role)
                        .collect(Collectors.toSet());
            }
        };
    }
}
