package io.countersign.governance.bias;

import io.countersign.governance.eventstore.EventFamily;
import io.countersign.governance.evidence.EvidenceFiles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class BiasConfiguration {
    @Bean
    EventFamily assessmentEvents() {
        return new EventFamily(AssessmentEvent.class);
    }

    @Bean
    LogFiles logFiles(EvidenceFiles files) {
        return files::requireHere;
    }
}
