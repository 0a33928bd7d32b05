package libp2p.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the JSON of test vectors: trusted input, so malformed text merely fails somehow. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** One object of a vector file. */
    record Node(Map<String, Object> fields) {
        String text(String name) {
            return String.valueOf(fields.get(name));
        }

        byte[] hex(String name) {
            return HexFormat.of().parseHex((String) fields.get(name));
        }

        int number(String name) {
            return Integer.parseInt(text(name));
        }

        @SuppressWarnings("unchecked")
        Node node(String name) {
            return new Node((Map<String, Object>) fields.get(name));
        }

        List<Node> nodes(String name) {
            return Json.nodes(fields.get(name));
        }
    }

    static Node object(String resource) {
        return nodes(List.of(read(resource))).getFirst();
    }

    static List<Node> array(String resource) {
        return nodes(read(resource));
    }

    static byte[] bytes(String resource) {
        try (InputStream in = Json.class.getResourceAsStream(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(resource, e);
        }
    }

    private static Object read(String resource) {
        return new Json(new String(bytes(resource), StandardCharsets.UTF_8)).value();
    }

    @SuppressWarnings("unchecked")
    private static List<Node> nodes(Object list) {
        return ((List<Object>) list)
                .stream().map(item -> new Node((Map<String, Object>) item)).toList();
    }

    private Object value() {
        return switch (peek()) {
            case '{' -> map();
            case '[' -> list();
            case '"' -> string();
            default -> literal();
        };
    }

    private char peek() {
        while (Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.charAt(at);
    }

    private boolean take(char wanted) {
        if (peek() == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        take('{');
        while (!take('}')) {
            peek();
            String key = string();
            take(':');
            map.put(key, value());
            take(',');
        }
        return map;
    }

    private List<Object> list() {
        List<Object> list = new ArrayList<>();
        take('[');
        while (!take(']')) {
            list.add(value());
            take(',');
        }
        return list;
    }

    private String string() {
        StringBuilder out = new StringBuilder();
        at++;
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c == '\\') {
                c = text.charAt(at++);
                if (c == 'u') {
                    c = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                    at += 4;
                } else if (c == 'n') {
                    c = '\n';
                }
            }
            out.append(c);
        }
        at++;
        return out.toString();
    }

    private String literal() {
        int start = at;
        while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(start, at);
    }
}
