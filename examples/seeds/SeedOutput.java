import java.util.List;
import java.util.stream.Collectors;

/** Prints events: one JSON object a line, or text for people. Thread-safe. */
record SeedOutput(boolean json) {
    void listening(String peer, List<String> addresses) {
        if (json) {
            String all = addresses.stream().map(SeedOutput::quoted).collect(Collectors.joining(","));
            print("{\"event\":\"listening\",\"peer\":" + quoted(peer) + ",\"addrs\":[" + all + "]}");
        } else {
            addresses.forEach(address -> print("listening on " + address));
        }
    }

    void result(String text) {
        print(json ? "{\"event\":\"result\",\"text\":" + quoted(text) + "}" : printable(text));
    }

    void error(String text) {
        if (json) {
            print("{\"event\":\"error\",\"error\":" + quoted(text) + "}");
        } else {
            System.err.println(printable(text));
        }
    }

    private static synchronized void print(String line) {
        System.out.println(line);
        System.out.flush();
    }

    /** What a stranger wrote ends no line and moves no cursor. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c == 127) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
