package libp2p.node.control;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Arguments and options of a command, as {@link Arguments} reads them. One thread. */
public final class Query {
    private final StringBuilder text = new StringBuilder();

    /** An argument more. */
    public Query argument(String value) {
        return option("arg", value);
    }

    /** Several arguments more. */
    public Query arguments(Iterable<String> values) {
        values.forEach(this::argument);
        return this;
    }

    /** An option more. */
    public Query option(String name, Object value) {
        text.append(text.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
