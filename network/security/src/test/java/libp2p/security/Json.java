package libp2p.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the JSON of test vectors: objects, arrays, strings, integers, true, false and null. */
public final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** The objects of an array in a resource file. */
    @SuppressWarnings("unchecked")
    public static List<Map<String, Object>> objects(String resource) {
        return (List<Map<String, Object>>) read(resource);
    }

    public static Object read(String resource) {
        try (InputStream in = Json.class.getResourceAsStream(resource)) {
            return new Json(new String(in.readAllBytes(), StandardCharsets.UTF_8)).value();
        } catch (IOException unreadable) {
            throw new IllegalStateException(resource, unreadable);
        }
    }

    private Object value() {
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        take('{');
        while (peek() != '}') {
            String name = string();
            take(':');
            object.put(name, value());
            if (peek() == ',') {
                take(',');
            }
        }
        take('}');
        return object;
    }

    private List<Object> array() {
        List<Object> array = new ArrayList<>();
        take('[');
        while (peek() != ']') {
            array.add(value());
            if (peek() == ',') {
                take(',');
            }
        }
        take(']');
        return array;
    }

    private String string() {
        take('"');
        int end = text.indexOf('"', at);
        String string = text.substring(at, end);
        if (string.indexOf('\\') >= 0) {
            throw new IllegalStateException("escapes are not read: " + string);
        }
        at = end + 1;
        return string;
    }

    private Object word() {
        int end = at;
        while (end < text.length() && ",]} \n\r\t".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        String word = text.substring(at, end);
        at = end;
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> "null";
            default -> Long.parseLong(word);
        };
    }

    private char peek() {
        while (Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.charAt(at);
    }

    private void take(char expected) {
        if (peek() != expected) {
            throw new IllegalStateException("'" + expected + "' expected at " + at);
        }
        at++;
    }
}
