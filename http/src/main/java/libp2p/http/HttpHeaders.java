package libp2p.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    private final List<Field> fields;

    /** Fields in order. */
    public HttpHeaders(List<Field> fields) {
        this.fields = List.copyOf(fields);
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
