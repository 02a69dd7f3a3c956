package io.countersign.web.demo;

import io.countersign.governance.people.People;
import io.countersign.governance.people.SignIn;
import io.countersign.web.start.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Says how to sign in, and plays the story once, while people can look already. One that was cut
 * off goes on at the next start.
 */
@Component
@Profile("demo")
class DemoStart {
    private static final Logger LOG = LoggerFactory.getLogger("io.countersign.demo");

    private final Settings settings;
    private final People people;
    private final SignIn signIn;
    private final DemoStory story;
    private final JdbcClient db;
    private volatile boolean stopping;

    DemoStart(Settings settings, People people, SignIn signIn, DemoStory story, JdbcClient db) {
        this.settings = settings;
        this.people = people;
        this.signIn = signIn;
        this.story = story;
        this.db = db;
    }

    /** After the greeting, which says the address. */
    @Order(1)
    @EventListener
    void ready(ApplicationReadyEvent ready) {
        Thread.ofVirtual().name("demonstration").start(this::play);
    }

    private void play() {
        try {
            var accounts = DemoAccounts.in(settings.home());
            if (people.byUsername(DemoAccounts.Person.ADA.username()).isEmpty() && inUse()) {
                LOG.info(
                        "This installation is in use already, so the demonstration has not been"
                                + " added to it. Start with another countersign.home to see it.");
                return;
            }
            var cast = accounts.ensure(people, signIn);
            LOG.info(
                    "The demonstration's people, all with the password {}\n\n{}",
                    accounts.password(),
                    accounts.table());
            if (!accounts.storyLoaded()) {
                LOG.info("The demonstration story is being played; it takes some seconds.");
                story.play(cast);
                accounts.keepStoryLoaded();
                LOG.info("The demonstration story is there: look at the project credit.");
            }
        } catch (RuntimeException e) {
            if (stopping) {
                LOG.info("The demonstration story was cut off and goes on at the next start.");
            } else {
                LOG.error(
                        "The demonstration story broke off. It goes on at the next start: {}",
                        e.getMessage(),
                        e);
            }
        }
    }

    @EventListener
    void stopping(ContextClosedEvent closed) {
        stopping = true;
    }

    private boolean inUse() {
        return db.sql("select exists (select from event where type in ('person', 'project'))")
                .query(Boolean.class)
                .single();
    }
}
