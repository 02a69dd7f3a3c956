package io.countersign.reporting.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.shared.Sha256;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

class CanonicalJsonTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @Example
    void writes_what_rfc_8785_writes() {
        // RFC 8785, sections 3.2.2 and 3.2.3, its fractions left out
        assertThat(
                        canonical(
                                """
                                {"string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
                                 "literals": [null, true, false], "n": -0}\
                                """))
                .isEqualTo(
                        """
                        {"literals":[null,true,false],"n":0,"string":"€$\\u000f\\nA'B\\"\\\\\\\\\\"/"}\
                        """);
        assertThat(
                        canonical(
                                """
                                {"\\u20ac": 1, "\\r": 2, "\\ufb33": 3, "1": 4, "\\ud83d\\ude00": 5,
                                 "\\u0080": 6, "\\u00f6": 7}\
                                """))
                .isEqualTo(
                        "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\uFB33\":3}");
    }

    @Example
    void refuses_what_others_would_read_differently() {
        for (var value :
                List.of(
                        NODES.numberNode(0.5),
                        NODES.numberNode(new BigDecimal("1.0")),
                        NODES.numberNode(1L << 53),
                        NODES.numberNode(Long.MIN_VALUE))) {
            assertThatThrownBy(() -> CanonicalJson.bytes(NODES.objectNode().set("x", value)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at '/x' must be a decimal string");
        }
        assertThatThrownBy(() -> CanonicalJson.bytes(NODES.stringNode("\uD800")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> canonical("{\"a\":1,\"a\":2}")).hasMessageContaining("Duplicate");
        assertThatThrownBy(() -> canonical("{} {}")).hasMessageContaining("Trailing");
    }

    @Property
    void the_order_of_keys_does_not_matter(@ForAll("objects") Map<String, JsonNode> members) {
        var keys = new ArrayList<>(members.keySet());
        var one = NODES.objectNode();
        keys.forEach(k -> one.set(k, members.get(k)));
        Collections.reverse(keys);
        var other = NODES.objectNode();
        keys.forEach(k -> other.set(k, members.get(k)));
        assertThat(ReportData.of(other).digest()).isEqualTo(ReportData.of(one).digest());
    }

    @Property
    void reads_back_what_it_wrote_and_writes_it_again(
            @ForAll("objects") Map<String, JsonNode> members) {
        var value = NODES.objectNode();
        members.forEach(value::set);
        var data = ReportData.of(value);
        assertThat(data.content()).isEqualTo(JsonMapper.shared().readTree(data.bytes()));
        assertThat(ReportData.of(data.content()).bytes()).isEqualTo(data.bytes());
        assertThat(data.digest()).isEqualTo(Sha256.of(data.bytes()));
    }

    @Provide
    Arbitrary<Map<String, JsonNode>> objects() {
        return Arbitraries.maps(text(), values(2)).ofMaxSize(6);
    }

    private static Arbitrary<String> text() {
        return Arbitraries.strings()
                .ofMaxLength(8)
                .filter(s -> StandardCharsets.UTF_8.newEncoder().canEncode(s));
    }

    private static Arbitrary<JsonNode> values(int depth) {
        Arbitrary<JsonNode> leaves =
                Arbitraries.oneOf(
                        text().map(NODES::stringNode),
                        Arbitraries.longs()
                                .between(-(1L << 53) + 1, (1L << 53) - 1)
                                .map(n -> (JsonNode) NODES.numberNode(n)),
                        Arbitraries.of(NODES.nullNode(), NODES.booleanNode(true)));
        if (depth == 0) {
            return leaves;
        }
        return Arbitraries.oneOf(
                leaves,
                values(depth - 1).list().ofMaxSize(3).map(l -> NODES.arrayNode().addAll(l)),
                Arbitraries.maps(text(), values(depth - 1))
                        .ofMaxSize(3)
                        .map(m -> NODES.objectNode().setAll(m)));
    }

    private static String canonical(String json) {
        return new String(
                CanonicalJson.bytes(CanonicalJson.parse(json.getBytes(StandardCharsets.UTF_8))),
                StandardCharsets.UTF_8);
    }
}
