package io.countersign.reporting.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.shared.Sha256;
import io.countersign.reporting.document.CanonicalJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.zip.ZipInputStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files of a bundle, for an attacker with all the tools: changed, and put together again with a
 * manifest and a zip file to match.
 */
final class Contents {
    final SortedMap<String, byte[]> files = new TreeMap<>();

    static Contents of(byte[] bundle) {
        var contents = new Contents();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(bundle))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                contents.files.put(entry.getName(), zip.readAllBytes());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return contents;
    }

    String text(String name) {
        return new String(bytes(name), UTF_8);
    }

    byte[] bytes(String name) {
        var bytes = files.get(name);
        if (bytes == null) {
            throw new AssertionError("no file " + name);
        }
        return bytes;
    }

    Contents set(String name, String content) {
        files.put(name, content.getBytes(UTF_8));
        return this;
    }

    Contents replace(String name, String what, String with) {
        var before = text(name);
        if (!before.contains(what)) {
            throw new AssertionError(name + " has no " + what);
        }
        return set(name, before.replace(what, with));
    }

    /** Lines of an NDJSON file, without their ends. */
    Contents lines(String name, UnaryOperator<List<String>> change) {
        var lines = new ArrayList<>(Arrays.asList(text(name).split("\n")));
        var changed = change.apply(lines);
        return set(name, changed.isEmpty() ? "" : String.join("\n", changed) + "\n");
    }

    Contents line(String name, int index, java.util.function.Consumer<ObjectNode> change) {
        return lines(
                name,
                lines -> {
                    var json = (ObjectNode) CanonicalJson.parse(lines.get(index).getBytes(UTF_8));
                    change.accept(json);
                    lines.set(index, new String(CanonicalJson.bytes(json), UTF_8));
                    return lines;
                });
    }

    Contents manifest(java.util.function.Consumer<ObjectNode> change) {
        var json = (ObjectNode) CanonicalJson.parse(bytes("manifest.json"));
        change.accept(json);
        files.put("manifest.json", CanonicalJson.bytes(json));
        return this;
    }

    /** With a manifest to match. */
    byte[] consistent() {
        manifest(json -> {
            var listed = json.putArray("files");
            files.forEach((name, content) -> {
                if (!name.equals("manifest.json")) {
                    listed.addObject()
                            .put("name", name)
                            .put("sha256", Sha256.of(content).hex())
                            .put("size", content.length);
                }
            });
            json.put("events", text("events.ndjson").lines().count());
        });
        return zip();
    }

    /** As it is. */
    byte[] zip() {
        try (var spool = new Spool()) {
            for (var file : files.entrySet()) {
                spool.add(file.getKey(), file.getValue());
            }
            var out = new ByteArrayOutputStream();
            spool.zip(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
