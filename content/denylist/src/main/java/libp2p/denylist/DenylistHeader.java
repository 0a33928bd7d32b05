package libp2p.denylist;

import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The known fields of the YAML before the rules. It is read event by event: nothing is built of the fields that are not
 * known, however deep they are, and aliases are not followed.
 *
 * @param name of the list; empty if it has none
 * @param hints of all rules
 */
record DenylistHeader(String name, Map<String, String> hints) {
    static final DenylistHeader NONE = new DenylistHeader("", Map.of());

    private static final String VERSION = "1";

    /** Levels of fields within fields: the reader of YAML takes a millisecond for a thousand. */
    private static final int DEPTH = 64;

    /** Hints that are kept. */
    private static final int HINTS = 16;

    /**
     * Reads a header.
     *
     * @throws MalformedException if it is no YAML, or of another version
     */
    static DenylistHeader parse(String yaml) {
        Reader reader = new Reader();
        try {
            new Parse(LoadSettings.builder().build()).parseString(yaml).forEach(reader::event);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            throw new MalformedException("the header is no YAML, line " + line + ": " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new MalformedException(
                    "the header is no YAML: " + MalformedException.quote(String.valueOf(e.getMessage())));
        }
        return new DenylistHeader(reader.name, reader.hints);
    }

    /** Follows the events; strings at the first level are names of fields and their values in turn. */
    private static final class Reader {
        private final Map<String, String> hints = new LinkedHashMap<>();
        private String name = "";
        private int depth;
        private @Nullable String field;
        private @Nullable String hint;

        void event(Event event) {
            if (event instanceof CollectionStartEvent) {
                if (depth == 0 && !(event instanceof MappingStartEvent)) {
                    throw new MalformedException("the header is no mapping");
                }
                depth++;
                if (depth > DEPTH) {
                    throw new MalformedException("the header has more than " + DEPTH + " levels");
                }
            } else if (event instanceof CollectionEndEvent) {
                depth--;
                if (depth == 1) { // it was a value, or a key that is none of those that are known
                    field = field == null ? "" : null;
                    hint = null;
                } else if (depth == 2) {
                    hint = hint == null ? "" : null;
                }
            } else if (event instanceof ScalarEvent scalar) {
                scalar(scalar.getValue());
            } else if (event.getEventId() == Event.ID.Alias) {
                scalar("");
            }
        }

        private void scalar(String value) {
            if (depth == 0 && !value.isEmpty()) {
                throw new MalformedException("the header is no mapping");
            }
            if (depth == 1 && field == null) {
                field = value;
            } else if (depth == 1) {
                field(String.valueOf(field), value);
                field = null;
            } else if (depth == 2 && "hints".equals(field)) {
                if (hint == null) {
                    hint = value;
                } else {
                    if (hints.size() < HINTS && !hint.isEmpty()) {
                        hints.put(hint, value);
                    }
                    hint = null;
                }
            }
        }

        private void field(String key, String value) {
            if (key.equals("version") && !value.equals(VERSION)) {
                throw new MalformedException("version " + MalformedException.quote(value) + ", known is " + VERSION);
            }
            if (key.equals("name")) {
                name = value;
            }
        }
    }
}
