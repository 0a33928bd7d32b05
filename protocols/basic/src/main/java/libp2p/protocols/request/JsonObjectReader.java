package libp2p.protocols.request;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.core.connection.ProtocolViolationException;

/**
 * Reads one JSON object with values of text from a stream that tells no length, and nothing behind it; writes such
 * objects. Objects with other values are refused. For one thread.
 */
final class JsonObjectReader {
    private static final int FIELDS = 16;

    private final String protocol;
    private final InputStream in;
    private final int most;
    private int read;

    JsonObjectReader(String protocol, InputStream in, int most) {
        this.protocol = protocol;
        this.in = in;
        this.most = most;
    }

    /** The object; blocks. */
    Map<String, String> read() throws IOException {
        expect('{');
        Map<String, String> fields = new LinkedHashMap<>();
        int c = space();
        if (c == '}') {
            return fields;
        }
        while (true) {
            if (c != '"' || fields.size() == FIELDS) {
                throw error("an object that has no keys of text, or more than " + FIELDS);
            }
            String key = text();
            expect(':');
            expect('"');
            if (fields.putIfAbsent(key, text()) != null) {
                throw error("a repeated key");
            }
            c = space();
            if (c == '}') {
                return fields;
            }
            if (c != ',') {
                throw error("an object that is malformed");
            }
            c = space();
        }
    }

    private void expect(char wanted) throws IOException {
        if (space() != wanted) {
            throw error("not an object of text");
        }
    }

    private int space() throws IOException {
        int c;
        do {
            c = next();
        } while (c == ' ' || c == '\t' || c == '\r' || c == '\n');
        return c;
    }

    private int next() throws IOException {
        if (++read > most) {
            throw error("more than " + most + " bytes");
        }
        int c = in.read();
        if (c < 0) {
            throw new EOFException(protocol + ": the stream ends inside an object");
        }
        return c;
    }

    /** The rest of a text, behind its quotation mark. */
    private String text() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64);
        StringBuilder text = new StringBuilder();
        while (true) {
            int c = next();
            if (c == '"') {
                flush(bytes, text);
                return text.toString();
            }
            if (c < 0x20) {
                throw error("a control character in a text");
            }
            if (c == '\\') {
                flush(bytes, text);
                text.append(escape());
                continue;
            }
            if (!bytes.hasRemaining()) {
                bytes = ByteBuffer.allocate(2 * bytes.capacity()).put(bytes.flip());
            }
            bytes.put((byte) c);
        }
    }

    private void flush(ByteBuffer bytes, StringBuilder text) throws IOException {
        try {
            text.append(StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()));
        } catch (CharacterCodingException e) {
            throw error("a text that is not UTF-8");
        }
        bytes.clear();
    }

    private char escape() throws IOException {
        int c = next();
        return switch (c) {
            case '"', '\\', '/' -> (char) c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int value = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(next(), 16);
                    if (digit < 0) {
                        throw error("a malformed escape");
                    }
                    value = value << 4 | digit;
                }
                yield (char) value;
            }
            default -> throw error("an unknown escape");
        };
    }

    private ProtocolViolationException error(String what) {
        return new ProtocolViolationException(protocol, what);
    }

    /** An object as Go writes it, with a line end. */
    static byte[] write(Map<String, String> fields) {
        StringBuilder out = new StringBuilder("{");
        fields.forEach((key, value) -> {
            out.append(out.length() > 1 ? "," : "");
            quote(key, out);
            out.append(':');
            quote(value, out);
        });
        return out.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u00")
                                .append(Character.forDigit(c >> 4, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
