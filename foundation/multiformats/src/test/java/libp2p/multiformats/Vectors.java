package libp2p.multiformats;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the test vectors: rows of CSV, and JSON without numbers other than integers. */
public final class Vectors {
    private final String json;
    private int at;

    private Vectors(String json) {
        this.json = json;
    }

    /** The objects of a JSON array. */
    public static List<Map<String, Object>> objects(String path) {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (Object element : array(path)) {
            objects.add(object(element));
        }
        return objects;
    }

    /** The elements of a JSON array. */
    public static List<?> array(String path) {
        return (List<?>) json(path);
    }

    /** A JSON value as an object. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    /** The one value of a JSON file. */
    public static Object json(String path) {
        return new Vectors(text(path)).value();
    }

    /** The rows of a CSV file after the first, cells trimmed. */
    public static List<String[]> rows(String path) {
        List<String[]> rows = new ArrayList<>();
        for (String line : text(path).lines().skip(1).toList()) {
            String[] cells = line.split(",", -1);
            for (int i = 0; i < cells.length; i++) {
                cells[i] = cells[i].strip();
            }
            rows.add(cells);
        }
        return rows;
    }

    /** A file as text. */
    public static String text(String path) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + path)) {
            if (in == null) {
                throw new IllegalStateException("no vectors at " + path);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Object value() {
        char c = peek();
        if (c == '{') {
            return object();
        }
        if (c == '[') {
            return list();
        }
        if (c == '"') {
            return string();
        }
        int start = at;
        while (at < json.length() && ",]} \n\r\t".indexOf(json.charAt(at)) < 0) {
            at++;
        }
        String word = json.substring(start, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            default -> Long.parseLong(word);
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        at++;
        while (peek() != '}') {
            String key = string();
            expect(':');
            object.put(key, value());
            if (peek() == ',') {
                at++;
            }
        }
        at++;
        return object;
    }

    private List<Object> list() {
        List<Object> list = new ArrayList<>();
        at++;
        while (peek() != ']') {
            list.add(value());
            if (peek() == ',') {
                at++;
            }
        }
        at++;
        return list;
    }

    private String string() {
        expect('"');
        var text = new StringBuilder();
        while (json.charAt(at) != '"') {
            char c = json.charAt(at++);
            if (c == '\\') {
                c = json.charAt(at++);
                if (c == 'u') {
                    c = (char) Integer.parseInt(json, at, at + 4, 16);
                    at += 4;
                } else if (c == 'n') {
                    c = '\n';
                }
            }
            text.append(c);
        }
        at++;
        return text.toString();
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw new IllegalStateException("expected " + wanted + " at " + at);
        }
        at++;
    }

    private char peek() {
        while (Character.isWhitespace(json.charAt(at))) {
            at++;
        }
        return json.charAt(at);
    }
}
