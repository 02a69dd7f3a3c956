package io.countersign.web.start;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.countersign.governance.database.DatabaseAccess;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The database, and the pool the product works with: as the run-time role, never as the owner. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(Settings.class)
class DatabaseConfiguration {
    @Bean(destroyMethod = "close")
    RunningDatabase runningDatabase(Settings settings, Environment environment) {
        Loopback.requireForDemonstration(environment);
        return RunningDatabase.start(settings);
    }

    @Bean
    DatabaseAccess databaseAccess(RunningDatabase database) {
        return database.access();
    }

    @Bean(destroyMethod = "close")
    HikariDataSource dataSource(RunningDatabase database, Settings settings) {
        var source = database.access().appSource();
        if (source instanceof PGSimpleDataSource postgres) {
            postgres.setCurrentSchema("read_model,public");
            postgres.setReWriteBatchedInserts(true);
        }
        var pool = new HikariConfig();
        pool.setPoolName("countersign");
        pool.setDataSource(source);
        pool.setMaximumPoolSize(settings.database().connections());
        pool.setMinimumIdle(Math.min(4, settings.database().connections()));
        pool.setConnectionTimeout(10_000);
        return new HikariDataSource(pool);
    }
}
