package io.countersign.governance.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.countersign.governance.evidence.EvidenceStore.Stored;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvidenceStoreTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC);

    @TempDir Path folder;
    private EvidenceStore store;

    @BeforeEach
    void open() {
        store = new EvidenceStore(folder, CLOCK);
    }

    @Test
    void keeps_a_file_under_its_digest_and_gives_it_back() throws IOException {
        var stored = put("a,b\n1,2\n", "C:\\data\\scores.csv", "application/vnd.ms-excel");
        assertThat(stored)
                .isEqualTo(
                        new Stored(
                                Sha256.of("a,b\n1,2\n"), 8, "scores.csv", EvidenceType.CSV, false));
        var hex = stored.digest().hex();
        assertThat(folder.resolve(hex.substring(0, 2)).resolve(hex.substring(2))).exists();
        try (var in = store.open(stored.digest())) {
            assertThat(in.readAllBytes()).isEqualTo("a,b\n1,2\n".getBytes(UTF_8));
        }
        assertThat(put("a,b\n1,2\n", "again.csv", "").known()).isTrue();
        assertThat(parts()).isEmpty();
    }

    @Test
    void refuses_a_file_over_the_limit_and_names_the_other_ways() throws IOException {
        var refused = refusal(() -> store.put(stream("x".repeat(100_001)), "big.txt", "", 100_000));
        assertThat(refused.refusal().code()).isEqualTo("evidence.too-large");
        assertThat(refused.refusal().details()).containsEntry("maxBytes", 100_000L);
        assertThat(refused.refusal().message())
                .contains("100,000 bytes", "command line", "import folder");
        assertThat(store.put(stream("x".repeat(100_000)), "fits.txt", "", 100_000).size())
                .isEqualTo(100_000);
        assertThat(parts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    page.html,  text/html,                '<html></html>',             type-not-allowed
                    pic.svg,    image/svg+xml,            '<svg/>',                    type-not-allowed
                    noending,   text/plain,               'x',                         type-not-allowed
                    page.txt,   text/plain,               '  <!DOCTYPE html><script>', type-mismatch
                    pic.csv,    text/csv,                 '<svg onload=alert(1)>',     type-mismatch
                    data.csv,   text/html,                'a,b',                       type-mismatch
                    data.json,  application/javascript,   '{}',                        type-mismatch
                    scan.pdf,   application/pdf,          'no pdf',                    type-mismatch
                    scan.txt,   text/plain,               '%PDF-1.7',                  type-mismatch
                    scan.pdf,   image/png,                '%PDF-1.7',                  type-mismatch
                    none.txt,   text/plain,               '',                          empty
                    """)
    void refuses_what_is_not_evidence(String name, String type, String content, String code)
            throws IOException {
        assertThat(refusal(() -> put(content, name, type)).refusal().code())
                .isEqualTo("evidence." + code);
        assertThat(parts()).isEmpty();
    }

    @Test
    void tells_binary_kinds_by_their_first_bytes() {
        assertThat(putHex("89504e470d0a1a0a00", "a.png").type()).isEqualTo(EvidenceType.PNG);
        assertThat(putHex("ffd8ffe000", "a.JPEG").type()).isEqualTo(EvidenceType.JPEG);
        assertThat(putHex("50415231ff", "a.parquet").type()).isEqualTo(EvidenceType.PARQUET);
        assertThat(putHex("1f8b0800", "a.csv.gz").type()).isEqualTo(EvidenceType.GZIP);
        for (var binary : new String[] {"50415231", "00ff00", "c328"}) {
            assertThat(refusal(() -> putHex(binary, "a.csv")).refusal().code())
                    .isEqualTo("evidence.type-mismatch");
        }
    }

    @Test
    void takes_text_whose_first_part_ends_inside_a_character() {
        for (int shift = 0; shift < 4; shift++) {
            assertThat(put("x".repeat(shift) + "😀".repeat(3000), "emoji.md", "").size())
                    .isEqualTo(shift + 12_000L);
        }
    }

    @Test
    void notices_a_file_changed_on_disk_and_heals_when_it_is_put_again() throws IOException {
        var stored = put("evidence", "note.txt", "");
        var hex = stored.digest().hex();
        Files.writeString(
                folder.resolve(hex.substring(0, 2)).resolve(hex.substring(2)), "evidencf");
        assertThat(refusal(() -> store.open(stored.digest())).refusal().code())
                .isEqualTo("evidence.changed");
        put("evidence", "note.txt", "");
        assertThat(store.isIntact(stored.digest())).isTrue();
    }

    @Test
    void an_upload_that_breaks_off_leaves_nothing() throws IOException {
        InputStream broken =
                new InputStream() {
                    private int sent;

                    @Override
                    public int read() throws IOException {
                        if (sent++ > 20_000) {
                            throw new IOException("connection reset");
                        }
                        return 'x';
                    }
                };
        assertThatThrownBy(() -> store.put(broken, "a.txt", "", 1 << 20))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(parts()).isEmpty();
    }

    @Test
    void clears_what_a_killed_process_left_but_not_what_another_is_writing() throws IOException {
        var left = Files.writeString(folder.resolve("parts/1.part"), "half");
        Files.setLastModifiedTime(left, FileTime.from(CLOCK.instant().minusSeconds(7 * 3600)));
        var other = Files.writeString(folder.resolve("parts/2.part"), "half");
        Files.setLastModifiedTime(other, FileTime.from(CLOCK.instant()));
        var unused = new EvidenceStore(folder, CLOCK);
        assertThat(left).doesNotExist();
        assertThat(other).exists();
    }

    @Test
    void deletes_only_after_the_retention_has_ended() {
        var digest = put("personal", "note.txt", "").digest();
        assertThat(
                        refusal(() -> store.delete(digest, CLOCK.instant().plusMillis(1)))
                                .refusal()
                                .code())
                .isEqualTo("evidence.retained");
        assertThat(store.exists(digest)).isTrue();
        assertThat(store.delete(digest, CLOCK.instant())).isTrue();
        assertThat(store.delete(digest, CLOCK.instant())).isFalse();
        assertThat(refusal(() -> store.open(digest)).refusal().code())
                .isEqualTo("evidence.unknown");
    }

    @Test
    void the_same_file_put_by_many_at_once_is_kept_once() throws Exception {
        var content = "line\n".repeat(50_000);
        try (var people = Executors.newFixedThreadPool(8)) {
            var puts =
                    IntStream.range(0, 40)
                            .<Callable<Stored>>mapToObj(
                                    i -> () -> put(content, "log-" + i + ".txt", ""))
                            .toList();
            for (var done : people.invokeAll(puts)) {
                assertThat(store.isIntact(done.get().digest())).isTrue();
            }
        }
        assertThat(parts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    ../../etc/passwd.txt,      passwd.txt
                    'C:\\temp\\con.csv',       con.csv
                    '..hidden.md',             hidden.md
                    'a<b>"c|d*.txt',           a_b__c_d_.txt
                    'grüße 😀.pdf',            grüße 😀.pdf
                    ' . ',                     file
                    '/',                       file
                    """)
    void makes_names_safe(String given, String safe) {
        assertThat(FileName.safe(given)).isEqualTo(safe);
    }

    @Test
    void a_name_cannot_become_a_header() {
        assertThat(FileName.attachment("a\r\nSet-Cookie: x=1\"; filename=\"b.html\u202Efdp.exe"))
                .isEqualTo(
                        "attachment; filename=\"aSet-Cookie_ x_1__ filename__b.htmlfdp.exe\";"
                                + " filename*=UTF-8''aSet-Cookie_%20x%3D1_%3B%20"
                                + "filename%3D_b.htmlfdp.exe");
        assertThat(FileName.attachment("grüße.pdf"))
                .isEqualTo(
                        "attachment; filename=\"gr__e.pdf\"; filename*=UTF-8''gr%C3%BC%C3%9Fe.pdf");
        assertThat(FileName.safe("x".repeat(300) + ".csv")).hasSize(120).endsWith(".csv");
    }

    private Stored put(String content, String name, String type) {
        return store.put(stream(content), name, type, 1 << 20);
    }

    private Stored putHex(String hex, String name) {
        var bytes = HexFormat.of().parseHex(hex);
        return store.put(new ByteArrayInputStream(bytes), name, "", 1 << 20);
    }

    private static InputStream stream(String content) {
        return new ByteArrayInputStream(content.getBytes(UTF_8));
    }

    private static CommandRefused refusal(Callable<?> act) {
        return catchThrowableOfType(CommandRefused.class, act::call);
    }

    private ArrayList<Path> parts() throws IOException {
        var found = new ArrayList<Path>();
        try (var files = Files.newDirectoryStream(folder.resolve("parts"))) {
            files.forEach(found::add);
        }
        return found;
    }
}
