package io.countersign.web;

import io.countersign.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.test.context.ContextConfiguration;

/**
 * The whole application on a real port and a database of its own, started once for all tests that
 * are marked so. What a test adds, the others see: give things names of your own.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = WebApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"countersign.upload.max=1MB", "countersign.ledger.bundle-events=40"})
@ContextConfiguration(initializers = WebTest.OwnDatabase.class)
@Import({Cast.class, Thrower.class})
public @interface WebTest {
    /** Keeps the scan away from configurations that tests of other modules have for themselves. */
    final class ProductOnly extends TypeExcludeFilter {
        @Override
        public boolean match(MetadataReader type, MetadataReaderFactory types) throws IOException {
            var place = type.getResource().getURL().toString();
            return place.contains("-tests.jar") || place.contains("/test-classes/");
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ProductOnly;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    /** A fresh database, reached as an operator's settings would have it, and a fresh folder. */
    final class OwnDatabase
            implements ApplicationContextInitializer<ConfigurableApplicationContext> {
        @Override
        public void initialize(ConfigurableApplicationContext context) {
            context.getBeanFactory().registerSingleton("nothingOfOtherTests", new ProductOnly());
            var access = TestDatabase.fresh().access();
            try {
                context.getEnvironment()
                        .getPropertySources()
                        .addFirst(
                                new MapPropertySource(
                                        "test",
                                        Map.of(
                                                "countersign.home",
                                                Files.createTempDirectory("countersign").toString(),
                                                "countersign.database.url",
                                                access.url(),
                                                "countersign.database.username",
                                                access.app().user(),
                                                "countersign.database.password",
                                                access.app().password(),
                                                "countersign.database.owner-username",
                                                access.owner().user(),
                                                "countersign.database.owner-password",
                                                access.owner().password())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
