package libp2p.interop;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One line that a peer printed on its standard output: a JSON object with a member {@code event}. */
record Event(Map<?, ?> members) {
    /** @throws IllegalArgumentException if the line is not such an object */
    static Event parse(String line) {
        if (Json.read(line) instanceof Map<?, ?> members && members.get("event") instanceof String) {
            return new Event(members);
        }
        throw new IllegalArgumentException("a line on standard output that is no event: " + line);
    }

    String name() {
        return text("event");
    }

    String text(String member) {
        return Objects.requireNonNullElse(members.get(member), "").toString();
    }

    List<String> list(String member) {
        return members.get(member) instanceof List<?> items
                ? items.stream().map(String::valueOf).toList()
                : List.of();
    }

    /** The number, or NaN if there is none. */
    double number(String member) {
        return members.get(member) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    boolean flag(String member) {
        return Boolean.TRUE.equals(value(member));
    }

    private @Nullable Object value(String member) {
        return members.get(member);
    }

    @Override
    public String toString() {
        return Json.write(members);
    }
}
