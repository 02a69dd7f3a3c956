package io.countersign.testing;

import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.configuration.ConfigurationChecks;
import io.countersign.governance.configuration.ConfigurationFiles;
import io.countersign.governance.database.DatabaseAccess;
import io.countersign.governance.database.EmbeddedDatabase;
import io.countersign.governance.eventstore.EventJsonModule;
import io.countersign.governance.eventstore.Grants;
import io.countersign.governance.eventstore.WriterKey;
import io.countersign.governance.evidence.EvidenceStore;
import io.countersign.governance.keys.KeyFolder;
import io.countersign.governance.keys.PersonalKeyring;
import io.countersign.governance.keys.PersonalTextModule;
import io.countersign.governance.ledger.LedgerSettings;
import io.countersign.governance.ledger.WriterKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The whole core on a real database, with the {@link People} of the tests in their roles. All
 * classes so annotated share one context and one database: each uses ids of its own.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = CoreTest.Core.class,
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties =
                "spring.autoconfigure.exclude="
                        + "org.axonframework.springboot.autoconfig.UpdateCheckerAutoConfiguration,"
                        + "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration")
public @interface CoreTest {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @ComponentScan(
            basePackages = "io.countersign.governance",
            excludeFilters = // what one test sets up for itself
                    @ComponentScan.Filter(
                            type = FilterType.CUSTOM,
                            classes = TypeExcludeFilter.class))
    class Core {
        @Bean
        protected TestDatabase testDatabase(ObjectProvider<EmbeddedDatabase> none) {
            return TestDatabase.fresh();
        }

        @Bean
        DatabaseAccess databaseAccess(TestDatabase database) {
            return database.access();
        }

        @Bean
        DataSource dataSource(TestDatabase database) {
            return database.app();
        }

        @Bean
        KeyFolder keyFolder() {
            try {
                return KeyFolder.open(Files.createTempDirectory("keys").resolve("keys"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Bean
        EvidenceStore evidenceStore(Clock clock) {
            try {
                return new EvidenceStore(Files.createTempDirectory("evidence"), clock);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The cast's roles, for all projects; there are no persons in this database. */
        @Bean
        @Primary
        Grants castGrants() {
            return People::grantsOf;
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
        LedgerSettings ledgerSettings(KeyFolder keys) {
            return new LedgerSettings(
                    Path.of(keys.toString()).resolveSibling("ledger"),
                    true,
                    null,
                    null,
                    Duration.ofMillis(20));
        }

        @Bean
        PersonalKeyring personalKeyring(JdbcClient db, KeyFolder keys, Clock clock) {
            return new PersonalKeyring(db, keys, clock);
        }

        @Bean
        EventJsonModule personalText(PersonalKeyring keyring) {
            return new EventJsonModule(new PersonalTextModule(keyring));
        }

        @Bean
        ConfigurationFiles configurationFiles(ConfigurationChecks checks, AdoptedFiles adopted) {
            return new ConfigurationFiles(null, checks, adopted);
        }
    }
}
