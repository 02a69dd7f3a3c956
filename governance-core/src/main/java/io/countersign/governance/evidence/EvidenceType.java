package io.countersign.governance.evidence;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kinds of file taken as evidence. None of them runs in a browser. */
public enum EvidenceType {
    PDF("application/pdf", List.of("25504446"), "pdf"),
    PNG("image/png", List.of("89504e470d0a1a0a"), "png"),
    JPEG("image/jpeg", List.of("ffd8ff"), "jpg", "jpeg"),
    PARQUET("application/vnd.apache.parquet", List.of("50415231"), "parquet"),
    ZIP("application/zip", List.of("504b0304", "504b0506"), "zip"),
    GZIP("application/gzip", List.of("1f8b08"), "gz"),
    CSV("text/csv", List.of(), "csv"),
    TSV("text/tab-separated-values", List.of(), "tsv"),
    JSON("application/json", List.of(), "json"),
    JSON_LINES("application/jsonl", List.of(), "jsonl"),
    YAML("application/yaml", List.of(), "yaml", "yml"),
    MARKDOWN("text/markdown", List.of(), "md"),
    TEXT("text/plain", List.of(), "txt");

    /** So many bytes of a file are looked at. */
    static final int SNIFFED = 8192;

    private final String mediaType;
    private final List<byte[]> magic;
    private final List<String> extensions;

    EvidenceType(String mediaType, List<String> magic, String... extensions) {
        this.mediaType = mediaType;
        this.magic = magic.stream().map(HexFormat.of()::parseHex).toList();
        this.extensions = List.of(extensions);
    }

    public String mediaType() {
        return mediaType;
    }

    /** By the file name's last part, or null where it is none of those taken. */
    static @Nullable EvidenceType ofName(String fileName) {
        var extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(type -> type.extensions.contains(extension))
                .findFirst()
                .orElse(null);
    }

    static String allowed() {
        return Arrays.stream(values())
                .map(type -> type.extensions.getFirst())
                .collect(Collectors.joining(", "));
    }

    /**
     * Whether the type a browser declared can be this one. Browsers guess by the system's registry,
     * so any text is taken for a text, and none at all for everything.
     */
    boolean agreesWith(String declared) {
        var plain = declared.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return plain.isEmpty()
                || plain.equals("application/octet-stream")
                || plain.equals(mediaType)
                || switch (this) {
                    case CSV, TSV -> isPlainText(plain) || plain.equals("application/vnd.ms-excel");
                    case JSON, JSON_LINES ->
                            isPlainText(plain) || plain.startsWith("application/") && json(plain);
                    case YAML -> isPlainText(plain) || plain.endsWith("yaml");
                    case MARKDOWN, TEXT -> isPlainText(plain);
                    case ZIP -> plain.equals("application/x-zip-compressed");
                    case GZIP -> plain.equals("application/x-gzip");
                    case JPEG -> plain.equals("image/jpg");
                    case PDF, PNG, PARQUET -> false;
                };
    }

    private static boolean json(String mediaType) {
        return mediaType.contains("json") || mediaType.contains("jsonl");
    }

    private static boolean isPlainText(String mediaType) {
        return mediaType.startsWith("text/")
                && !mediaType.equals("text/html")
                && !mediaType.contains("script");
    }

    /**
     * @param head the first {@link #SNIFFED} bytes, or all
     */
    boolean agreesWith(byte[] head) {
        if (!magic.isEmpty()) {
            return magic.stream().anyMatch(m -> startsWith(head, m));
        }
        return Arrays.stream(values())
                        .flatMap(type -> type.magic.stream())
                        .noneMatch(m -> startsWith(head, m))
                && isText(head);
    }

    private static boolean startsWith(byte[] head, byte[] magic) {
        return head.length >= magic.length
                && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
    }

    /** UTF-8 without control characters, and not the beginning of something a browser runs. */
    private static boolean isText(byte[] head) {
        String text;
        try {
            text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(head, 0, wholeCharacters(head)))
                            .toString();
        } catch (CharacterCodingException e) {
            return false;
        }
        if (text.chars().anyMatch(c -> c < ' ' && "\t\n\r\f".indexOf(c) < 0 || c == 0x7f)) {
            return false;
        }
        var start = text.replace("\uFEFF", "").stripLeading().toLowerCase(Locale.ROOT);
        return !start.startsWith("<!")
                && !start.startsWith("<?")
                && !start.matches("(?s)<(html|head|body|svg|script|iframe|style|img)\\b.*");
    }

    /** Without the character that the end of what was read may have cut. */
    private static int wholeCharacters(byte[] head) {
        if (head.length < SNIFFED) {
            return head.length;
        }
        int end = head.length - 1;
        while (end > head.length - 4 && (head[end] & 0xC0) == 0x80) {
            end--;
        }
        return (head[end] & 0x80) == 0 ? head.length : end;
    }
}
