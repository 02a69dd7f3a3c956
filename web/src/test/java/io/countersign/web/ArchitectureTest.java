package io.countersign.web;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.Actor;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rules of the code's shape, checked on the classes of the product. */
class ArchitectureTest {
    private static final ImportOption NO_TEST_JARS =
            location -> !location.contains("-tests.jar") && !location.contains("/test-classes/");

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .withImportOption(NO_TEST_JARS)
                    .importPackages("io.countersign");

    private static final String GOVERNANCE = "io.countersign.governance..";
    private static final String REPORTING = "io.countersign.reporting..";
    private static final String LEDGER_FORMATS = "io.countersign.governance.ledger.tlog..";

    private static final DescribedPredicate<JavaClass> EVENT =
            describe("events", type -> type.isAnnotatedWith(EventName.class));

    @Test
    void every_module_with_code_is_looked_at() {
        assertThat(PRODUCT.stream().map(ArchitectureTest::module).collect(toSet()))
                .contains("governance", "web");
        assertThat(PRODUCT).noneMatch(type -> type.getName().contains("testing"));
    }

    @Test
    void capabilities_form_no_cycle() {
        slices().matching("io.countersign.governance.(*)..")
                .should()
                .beFreeOfCycles()
                .check(PRODUCT);
        slices().matching("io.countersign.web.(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true) // until web has packages of its own
                .check(PRODUCT);
    }

    @Test
    void dependencies_point_one_way() {
        noClasses()
                .that()
                .resideInAPackage(GOVERNANCE)
                .should()
                .dependOnClassesThat(resideInAnyPackage(REPORTING, "io.countersign.web.."))
                .check(PRODUCT);
        noClasses()
                .that()
                .resideInAPackage(REPORTING)
                .should()
                .dependOnClassesThat(resideInAPackage("io.countersign.web.."))
                .allowEmptyShould(true) // until reporting has its first class
                .check(PRODUCT);
    }

    @Test
    void core_and_reporting_know_nothing_of_the_web() {
        noClasses()
                .that()
                .resideInAnyPackage(GOVERNANCE, REPORTING)
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(
                                "org.springframework.web..",
                                "org.springframework.http..",
                                "org.springframework.boot.web..",
                                "org.springframework.security.web..",
                                "org.springframework.security.config..",
                                "jakarta.servlet..",
                                "org.thymeleaf.."))
                .check(PRODUCT);
    }

    /** So that the offline verifier is small, and has no cryptography but Java's own. */
    @Test
    void the_formats_of_the_ledger_stand_on_java_base_alone() {
        var base =
                describe(
                        "of java.base",
                        (JavaClass type) ->
                                ModuleLayer.boot()
                                        .findModule("java.base")
                                        .orElseThrow()
                                        .getPackages()
                                        .contains(type.getBaseComponentType().getPackageName()));
        classes()
                .that()
                .resideInAPackage(LEDGER_FORMATS)
                .should()
                .onlyDependOnClassesThat(
                        base.or(resideInAnyPackage(LEDGER_FORMATS, "org.jspecify.annotations"))
                                .or(describe("primitive", JavaClass::isPrimitive)))
                .check(PRODUCT);
    }

    @Test
    void reporting_sends_no_commands() {
        noClasses()
                .that()
                .resideInAPackage(REPORTING)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("org.axonframework..")
                                .or(
                                        describe(
                                                "commands",
                                                type -> type.getSimpleName().equals("Commands"))))
                .allowEmptyShould(true) // until reporting has its first class
                .check(PRODUCT);
    }

    /** So that verifying takes no more than a Java runtime, and no library can be in the way. */
    @Test
    void the_offline_verifier_needs_nothing_but_java() {
        classes()
                .that()
                .resideInAnyPackage(
                        "io.countersign.governance.ledger.tlog..",
                        "io.countersign.governance.ledger.entry..")
                .should()
                .onlyDependOnClassesThat(
                        ofJavaItself()
                                .or(
                                        resideInAnyPackage(
                                                "org.jspecify.annotations..",
                                                "io.countersign.governance.ledger.tlog..",
                                                "io.countersign.governance.ledger.entry..")))
                .check(PRODUCT);
        classes()
                .that()
                .resideInAPackage("io.countersign.reporting.verify..")
                .should()
                .onlyDependOnClassesThat(
                        ofJavaItself()
                                .or(
                                        resideInAnyPackage(
                                                "org.jspecify.annotations..",
                                                "io.countersign.reporting.verify..",
                                                "io.countersign.governance.ledger.tlog..",
                                                "io.countersign.governance.ledger.entry..")))
                .check(PRODUCT);
    }

    @Test
    void only_the_event_store_sends_through_axon() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.countersign.governance.eventstore.Commands")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("org.axonframework.commandhandling.gateway.."))
                .check(PRODUCT);
    }

    @Test
    void aggregates_never_look_into_the_database() {
        noClasses()
                .that(annotatedWithName("org.axonframework.spring.stereotype.Aggregate"))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(
                                "org.springframework.jdbc..",
                                "java.sql..",
                                "javax.sql..",
                                "io.countersign.governance.readmodel.."))
                .check(PRODUCT);
    }

    @Test
    void controllers_and_projections_are_private_to_their_capability() {
        classes()
                .that(
                        annotatedWithName("org.springframework.stereotype.Controller")
                                .or(
                                        describe(
                                                "are projections",
                                                type ->
                                                        type.getSimpleName().endsWith("Projection")
                                                                && !type.isInterface())))
                .should()
                .notBePublic()
                .check(PRODUCT);
    }

    @Test
    void events_are_named_records_under_one_sealed_interface() {
        classes()
                .that(EVENT)
                .should()
                .beRecords()
                .andShould(haveANameOfDottedWords())
                .andShould(belongToASealedFamilyOfEvents())
                .check(PRODUCT);
    }

    @Test
    void no_two_events_have_one_name() {
        var names =
                PRODUCT.stream()
                        .filter(EVENT)
                        .collect(
                                groupingBy(
                                        type -> type.getAnnotationOfType(EventName.class).value()));
        assertThat(names.values()).allMatch(events -> events.size() == 1);
    }

    /** Such a stream keeps its connection until somebody closes it. */
    @Test
    void query_results_are_read_whole() {
        noClasses().should().callMethod(JdbcClient.MappedQuerySpec.class, "stream").check(PRODUCT);
    }

    @Test
    void only_a_sign_in_makes_an_actor() {
        noClasses()
                .that()
                .resideInAPackage("io.countersign.web..")
                .and()
                // The demonstration acts as its own people, on their word.
                .resideOutsideOfPackages(
                        "io.countersign.web.security..", "io.countersign.web.demo..")
                .should()
                .accessTargetWhere(
                        describe(
                                "it makes an actor",
                                access ->
                                        access.getTargetOwner().isEquivalentTo(Actor.class)
                                                && access.getTarget().getName().equals("<init>")))
                .check(PRODUCT);
    }

    @Test
    void only_the_clock_bean_reads_the_time() {
        noClasses()
                .that()
                .doNotHaveSimpleName("ClockConfiguration")
                .should()
                .accessTargetWhere(
                        describe(
                                "it reads the time of the machine", ArchitectureTest::readsTheTime))
                .check(PRODUCT);
    }

    @Test
    void only_the_command_line_writes_to_the_console() {
        noClasses()
                .that()
                .haveNameNotMatching("\\Q" + Countersign.class.getName() + "\\E(\\$.*)?")
                .should()
                .accessTargetWhere(describe("it is the console", ArchitectureTest::isTheConsole))
                .check(PRODUCT);
    }

    @Test
    void packages_are_null_marked() {
        var unmarked =
                PRODUCT.stream()
                        .map(JavaClass::getPackage)
                        .distinct()
                        .filter(folder -> !folder.isAnnotatedWith(NullMarked.class))
                        .map(JavaPackage::getName);
        assertThat(unmarked).isEmpty();
    }

    @Test
    void nothing_is_generated_by_lombok_or_mapped_by_a_framework() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(
                                "lombok..",
                                "org.mapstruct..",
                                "org.modelmapper..",
                                "jakarta.persistence..",
                                "org.hibernate.."))
                .check(PRODUCT);
    }

    @Test
    void names_say_what_a_thing_is() {
        var empty = Pattern.compile(".*(Service|ServiceImpl|Mapper|Manager|Utils?|Helper|Impl)");
        var named =
                describe(
                        "named for a layer or for nothing",
                        (JavaClass type) -> empty.matcher(type.getSimpleName()).matches());
        noClasses().should(ArchCondition.from(named)).check(PRODUCT);
    }

    @Test
    void no_field_is_injected() {
        for (String injection :
                List.of(
                        "org.springframework.beans.factory.annotation.Autowired",
                        "org.springframework.beans.factory.annotation.Value",
                        "jakarta.inject.Inject",
                        "jakarta.annotation.Resource")) {
            noFields().should().beAnnotatedWith(injection).check(PRODUCT);
        }
    }

    @Test
    void there_is_one_main_class() {
        assertThat(
                        PRODUCT.stream()
                                .filter(type ->
                                        type.tryGetMethod("main", String[].class).isPresent()))
                .extracting(JavaClass::getName)
                .containsExactly(Countersign.class.getName());
    }

    private static String module(JavaClass type) {
        return type.getPackageName().split("\\.")[2];
    }

    private static DescribedPredicate<JavaClass> annotatedWithName(String annotation) {
        return describe(
                "annotated with " + annotation,
                type -> type.isAnnotatedWith(annotation) || type.isMetaAnnotatedWith(annotation));
    }

    private static boolean readsTheTime(JavaAccess<?> access) {
        var owner = access.getTargetOwner();
        var name = access.getName();
        return (owner.getPackageName().equals("java.time")
                        && name.equals("now")
                        && !access.getTarget().getFullName().contains(Clock.class.getName()))
                || (owner.isEquivalentTo(Clock.class) && name.startsWith("system"))
                || (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"))
                || access.getTarget().getFullName().equals("java.util.Date.<init>()");
    }

    /** The packages of the module java.base; java.sql and java.desktop are others. */
    private static DescribedPredicate<JavaClass> ofJavaItself() {
        return describe(
                "of the module java.base",
                type ->
                        Object.class
                                .getModule()
                                .getPackages()
                                .contains(type.getBaseComponentType().getPackageName()));
    }

    private static boolean isTheConsole(JavaAccess<?> access) {
        return (access.getTargetOwner().isEquivalentTo(System.class)
                        && Set.of("out", "err").contains(access.getName()))
                || access.getTarget().getFullName().endsWith(".printStackTrace()");
    }

    private static ArchCondition<JavaClass> haveANameOfDottedWords() {
        return condition(
                "have a name such as model.signed-off",
                type ->
                        type.getAnnotationOfType(EventName.class)
                                .value()
                                .matches("[a-z]+(-[a-z]+)*(\\.[a-z]+(-[a-z]+)*)+"));
    }

    /** Every sealed interface of ours above an event permits events only. */
    private static ArchCondition<JavaClass> belongToASealedFamilyOfEvents() {
        return condition(
                "belong to a sealed interface whose every record is a named event",
                type -> {
                    var families =
                            type.getAllRawInterfaces().stream()
                                    .filter(parent ->
                                            parent.getPackageName().startsWith("io.countersign"))
                                    .map(JavaClass::reflect)
                                    .filter(Class::isSealed)
                                    .toList();
                    return !families.isEmpty()
                            && families.stream()
                                    .flatMap(family ->
                                            Arrays.stream(family.getPermittedSubclasses()))
                                    .allMatch(member ->
                                            member.isInterface()
                                                    || member.isAnnotationPresent(EventName.class));
                });
    }

    private static ArchCondition<JavaClass> condition(
            String text, java.util.function.Predicate<JavaClass> holds) {
        return new ArchCondition<>(text) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                events.add(
                        new SimpleConditionEvent(
                                type, holds.test(type), type.getName() + " should " + text));
            }
        };
    }
}
