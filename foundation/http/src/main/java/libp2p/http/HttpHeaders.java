package libp2p.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The header fields of a request or response, in order; names are compared without case. Immutable. */
public final class HttpHeaders {
    /**
     * One line. The value has no spaces around it.
     *
     * @param name as it was sent, in any case of letters
     * @param value without spaces around it
     */
    public record Field(String name, String value) {}

    /** No fields. */
    public static final HttpHeaders NONE = new HttpHeaders(List.of());

    private final List<Field> fields;

    /** Fields in order. */
    public HttpHeaders(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    /** Fields by name, in the order of the map. */
    public static HttpHeaders of(Map<String, String> fields) {
        return new HttpHeaders(fields.entrySet().stream()
                .map(field -> new Field(field.getKey(), field.getValue()))
                .toList());
    }

    /** The same fields, with one line of this name in place of all that there are. */
    public HttpHeaders with(String name, String value) {
        List<Field> all = new ArrayList<>(without(name).fields);
        all.add(new Field(name, value));
        return new HttpHeaders(all);
    }

    /** The same fields without those of this name. */
    public HttpHeaders without(String name) {
        return new HttpHeaders(fields.stream()
                .filter(field -> !field.name().equalsIgnoreCase(name))
                .toList());
    }

    /** The value of a name, its lines joined by commas (RFC 9110, section 5.3); null if there is none. */
    public @Nullable String get(String name) {
        String joined = null;
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                joined = joined == null ? field.value() : joined + "," + field.value();
            }
        }
        return joined;
    }

    /** The value of a name, its lines joined by commas, or another if there is none. */
    public String getOrDefault(String name, String otherwise) {
        String value = get(name);
        return value == null ? otherwise : value;
    }

    /** All of them. */
    public List<Field> fields() {
        return fields;
    }

    /** The values of all lines of this name. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    /** The value of the only line of this name; null if there is none or there are several. */
    public @Nullable String only(String name) {
        List<String> values = all(name);
        return values.size() == 1 ? values.getFirst() : null;
    }

    /** Whether the comma-separated lists of this name hold a token, compared without case. */
    public boolean hasToken(String name, String token) {
        return tokens(name).contains(token.toLowerCase(Locale.ROOT));
    }

    private List<String> tokens(String name) {
        List<String> tokens = new ArrayList<>();
        for (String value : all(name)) {
            for (String token : value.split(",", -1)) {
                tokens.add(token.strip().toLowerCase(Locale.ROOT));
            }
        }
        return tokens;
    }
}
