package io.countersign.governance.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFolderTest {
    @TempDir Path home;
    private Path folder;

    @BeforeEach
    void name() {
        folder = home.resolve("keys");
    }

    @Test
    void keeps_the_keys_it_made() {
        var first = KeyFolder.open(folder);
        var again = KeyFolder.open(folder);
        assertThat(again.writer()).isEqualTo(first.writer());
        assertThat(again.personal()).isEqualTo(first.personal());
        assertThat(first.writer().secret()).hasSize(32);
        assertThat(first.writer().id()).matches("[0-9a-f]{16}");
    }

    @Test
    void only_the_owner_may_read_them() throws IOException {
        KeyFolder.open(folder);
        assertThat(mode(folder)).isEqualTo("rwx------");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(3).allMatch(file -> mode(file).equals("rw-------"));
        }
    }

    @Test
    void refuses_a_key_that_others_may_read_and_says_chmod() throws IOException {
        KeyFolder.open(folder);
        var file = folder.resolve("personal.key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> KeyFolder.open(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("rw-r-----")
                .hasMessageEndingWith("chmod 600 " + file.toRealPath());
    }

    @Test
    void refuses_a_folder_that_others_may_enter() throws IOException {
        KeyFolder.open(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(() -> KeyFolder.open(folder)).hasMessageContaining("chmod 700");
    }

    @Test
    void a_new_writer_key_leaves_the_old_one_to_verify_with() throws IOException {
        var old = KeyFolder.open(folder).writer();
        Files.delete(folder.resolve("writer-current"));
        var rotated = KeyFolder.open(folder);
        assertThat(rotated.writer()).isNotEqualTo(old);
        assertThat(rotated.writers()).containsExactlyInAnyOrder(old, rotated.writer());
    }

    @Test
    void names_a_damaged_key() throws IOException {
        var id = KeyFolder.open(folder).writer().id();
        PrivateFiles.write(folder.resolve("writer-" + id + ".key"), new byte[32]);
        assertThatThrownBy(() -> KeyFolder.open(folder))
                .hasMessageContaining("writer-" + id + ".key is damaged");
        PrivateFiles.write(folder.resolve("writer-" + id + ".key"), new byte[31]);
        assertThatThrownBy(() -> KeyFolder.open(folder)).hasMessageContaining("31 bytes, not 32");
    }

    @Test
    void shows_no_key() {
        var writer = KeyFolder.open(folder).writer();
        assertThat(writer).hasToString("writer key " + writer.id());
    }

    private static String mode(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
