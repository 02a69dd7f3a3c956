package io.countersign.governance.eventstore;

import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.UnitOfWorkAwareConnectionProviderWrapper;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.TokenSchema;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/**
 * The event store, spelled out. Axon 4.13's auto-configuration orders itself by the class names of
 * Spring Boot 3, so under Boot 4 it would quietly do without transactions.
 */
@Configuration(proxyBeanMethods = false)
class EventStoreConfiguration {
    @Bean
    TransactionManager axonTransactionManager(PlatformTransactionManager transactions) {
        return new SpringTransactionManager(transactions);
    }

    @Bean
    ConnectionProvider axonConnections(DataSource dataSource) {
        return new UnitOfWorkAwareConnectionProviderWrapper(
                new SpringDataSourceConnectionProvider(dataSource));
    }

    @Bean
    @Qualifier("eventSerializer")
    EventSerializer eventSerializer(List<EventFamily> families, List<EventJsonModule> modules) {
        return new EventSerializer(
                families, modules.stream().map(EventJsonModule::module).toList());
    }

    /** For messages and tokens; tokens need the types of Axon itself and no others. */
    @Bean
    @Primary
    Serializer generalSerializer() {
        return Jackson3Serializer.builder()
                .jsonMapperBuilderCustomizer(mapper ->
                        mapper.polymorphicTypeValidator(
                                BasicPolymorphicTypeValidator.builder()
                                        .allowIfSubType("org.axonframework.")
                                        .build()))
                .build();
    }

    @Bean
    EventFamily refusalEvents() {
        return new EventFamily(RefusalEvent.class);
    }

    @Bean
    EventStorageEngine eventStorageEngine(
            ConnectionProvider connections,
            TransactionManager transactions,
            EventSerializer serializer,
            WriterKey key,
            LockedStreams locked,
            Acknowledgements acknowledgements) {
        return EventEngine.writing(
                connections, transactions, serializer, key, locked, acknowledgements);
    }

    @Bean
    EventStore eventStore(EventStorageEngine engine) {
        return EmbeddedEventStore.builder().storageEngine(engine).build();
    }

    @Bean
    SequencedEvents sequencedEvents(
            ConnectionProvider connections,
            TransactionManager transactions,
            EventSerializer serializer,
            Sequencer sequencer,
            List<Erasure> erasures) {
        return new SequencedEvents(
                EventEngine.sequenced(connections, transactions, serializer), sequencer, erasures);
    }

    @Bean
    TokenStore tokenStore(ConnectionProvider connections, Serializer serializer) {
        return JdbcTokenStore.builder()
                // After a crash the next start shows what was answered as soon as it is up. A node
                // that slept longer loses its claim, and its batch with it.
                .claimTimeout(Duration.ofSeconds(4))
                .connectionProvider(connections)
                .serializer(serializer)
                .schema(
                        TokenSchema.builder()
                                .setTokenTable("token_entry")
                                .setProcessorNameColumn("processor_name")
                                .setTokenTypeColumn("token_type")
                                .build())
                .build();
    }

    @Bean
    CorrelationDataProvider correlation() {
        return new Correlation();
    }

    /** Nothing handles Axon events by annotation; whatever did would have to fail loudly. */
    @Bean
    ConfigurerModule failLoudly() {
        return configurer ->
                configurer
                        .eventProcessing()
                        .registerDefaultListenerInvocationErrorHandler(_ ->
                                org.axonframework.eventhandling.PropagatingErrorHandler.instance());
    }
}
