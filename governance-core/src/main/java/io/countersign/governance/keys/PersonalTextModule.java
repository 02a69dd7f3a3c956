package io.countersign.governance.keys;

import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.UserId;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;

/**
 * Stores {@link PersonalText} as {@code {"person":"u-…","sealed":"v1.…"}} and reads it back in
 * clear. For the serializer of events only: an API shows clear text.
 */
public final class PersonalTextModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    public PersonalTextModule(PersonalSeal seal) {
        super("personal-text");
        addSerializer(PersonalText.class, new Sealing(seal));
        addDeserializer(PersonalText.class, new Opening(seal));
    }

    private static final class Sealing extends ValueSerializer<PersonalText> {
        private final PersonalSeal seal;

        Sealing(PersonalSeal seal) {
            this.seal = seal;
        }

        @Override
        public void serialize(PersonalText text, JsonGenerator json, SerializationContext context) {
            json.writeStartObject();
            json.writeStringProperty("person", text.person().value());
            json.writeStringProperty("sealed", seal.seal(text.person(), text.text()));
            json.writeEndObject();
        }
    }

    private static final class Opening extends ValueDeserializer<PersonalText> {
        private final PersonalSeal seal;

        Opening(PersonalSeal seal) {
            this.seal = seal;
        }

        @Override
        public PersonalText deserialize(JsonParser json, DeserializationContext context) {
            var node = context.readTree(json);
            var person = new UserId(string(node, "person", context));
            return new PersonalText(person, seal.open(person, string(node, "sealed", context)));
        }

        private static String string(JsonNode node, String name, DeserializationContext context) {
            var value = node.path(name);
            if (!value.isString()) {
                context.reportInputMismatch(
                        PersonalText.class, "a personal text has no string '%s'", name);
            }
            return value.stringValue();
        }
    }
}
