package io.countersign.reporting.document;

import java.io.StringReader;
import java.util.Locale;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Keeps anything out of a report's pictures that could run or load something. */
final class SafeSvg {
    private static final Set<String> ELEMENTS =
            Set.of(
                    "svg",
                    "g",
                    "defs",
                    "title",
                    "desc",
                    "style",
                    "path",
                    "rect",
                    "circle",
                    "ellipse",
                    "line",
                    "polyline",
                    "polygon",
                    "text",
                    "tspan",
                    "pattern",
                    "marker",
                    "clipPath",
                    "linearGradient",
                    "radialGradient",
                    "stop",
                    "symbol",
                    "use");

    private SafeSvg() {}

    /**
     * @throws IllegalArgumentException where it is not one well-formed {@code svg} of plain shapes
     *     and text
     */
    static void check(String svg) {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            var reader = factory.createXMLStreamReader(new StringReader(svg));
            if (!svg.startsWith("<svg") || reader.nextTag() != XMLStreamReader.START_ELEMENT) {
                throw new IllegalArgumentException("a picture begins with <svg");
            }
            checkElement(reader);
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamReader.START_ELEMENT -> checkElement(reader);
                    case XMLStreamReader.CHARACTERS, XMLStreamReader.CDATA ->
                            checkText(reader.getText());
                    case XMLStreamReader.PROCESSING_INSTRUCTION, XMLStreamReader.DTD ->
                            throw new IllegalArgumentException(
                                    "a picture holds elements and text only");
                    default -> {}
                }
            }
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException("a picture is not well-formed", e);
        }
    }

    private static void checkElement(XMLStreamReader reader) {
        if (!ELEMENTS.contains(reader.getLocalName())) {
            throw new IllegalArgumentException(
                    "a picture may not hold <" + reader.getLocalName() + ">");
        }
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            var name = reader.getAttributeLocalName(i).toLowerCase(Locale.ROOT);
            var value = reader.getAttributeValue(i).strip();
            if (name.startsWith("on") || name.equals("href") && !value.startsWith("#")) {
                throw new IllegalArgumentException("a picture may not hold " + name + "=" + value);
            }
            checkText(value);
        }
    }

    private static void checkText(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("@import") || lower.replace("url(#", "").contains("url(")) {
            throw new IllegalArgumentException("a picture may not load anything: " + text.strip());
        }
    }
}
