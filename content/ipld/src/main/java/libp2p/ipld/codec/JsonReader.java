package libp2p.ipld.codec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** Reads one JSON value of RFC 8259 without repeated keys; in DAG-JSON the key "/" is reserved. */
final class JsonReader {
    private static final int DIGITS = 20; // of 2⁶⁴

    private final String in;
    private final boolean links;
    private int at;
    private int nodes;

    /** @param links whether the key "/" makes links and bytes */
    JsonReader(String in, boolean links) {
        this.in = in;
        this.links = links;
    }

    Node whole() {
        Node node = value(0);
        space();
        if (at != in.length()) {
            throw error("something after the end");
        }
        return node;
    }

    private Node value(int depth) {
        if (depth > IpldLimits.NESTING) {
            throw error("nested deeper than the limit of " + IpldLimits.NESTING);
        }
        if (++nodes > IpldLimits.NODES) {
            throw error("more values than the limit of " + IpldLimits.NODES);
        }
        space();
        char c = peek();
        return switch (c) {
            case '{' -> map(depth);
            case '[' -> list(depth);
            case '"' -> new Node.Text(string());
            case 't' -> word("true", new Node.Bool(true));
            case 'f' -> word("false", new Node.Bool(false));
            case 'n' -> word("null", new Node.Null());
            default -> number();
        };
    }

    private Node word(String word, Node node) {
        if (!in.startsWith(word, at)) {
            throw error("a word that is none of JSON");
        }
        at += word.length();
        return node;
    }

    private Node list(int depth) {
        at++;
        List<Node> items = new ArrayList<>();
        space();
        if (peek() == ']') {
            at++;
            return new Node.Sequence(items);
        }
        do {
            items.add(value(depth + 1));
        } while (more(']'));
        return new Node.Sequence(items);
    }

    private Node map(int depth) {
        at++;
        SequencedMap<String, Node> entries = new LinkedHashMap<>();
        space();
        if (peek() == '}') {
            at++;
            return new Node.Mapping(entries);
        }
        do {
            space();
            if (peek() != '"') {
                throw error("a key that is not text");
            }
            String key = string();
            space();
            if (peek() != ':') {
                throw error("no colon after a key");
            }
            at++;
            if (entries.putIfAbsent(key, value(depth + 1)) != null) {
                throw error("the key " + MalformedException.quote(key) + " is repeated");
            }
        } while (more('}'));
        Node special = links ? special(entries) : null;
        return special == null ? new Node.Mapping(entries) : special;
    }

    /**
     * A link or bytes, if there is a key "/" whose value has the form of one. Beside other keys it is refused wherever
     * it stands, since no writer could keep its place.
     */
    private @Nullable Node special(SequencedMap<String, Node> entries) {
        Node value = entries.get("/");
        if (value == null) {
            return null;
        }
        Node special = null;
        if (value instanceof Node.Text link) {
            special = new Node.Link(cid(link.value()));
        } else if (value instanceof Node.Mapping inner
                && inner.entries().firstEntry() != null
                && inner.entries().firstEntry().getKey().equals("bytes")
                && inner.get("bytes") instanceof Node.Text text) {
            if (inner.entries().size() > 1) {
                throw error("more keys beside bytes");
            }
            special = new Node.Bytes(base64(text.value()));
        }
        if (special != null && entries.size() > 1) {
            throw error("more keys beside \"/\"");
        }
        return special;
    }

    private Cid cid(String text) {
        return Cid.parse(text);
    }

    private byte[] base64(String text) {
        if (text.endsWith("=")) {
            throw error("base64 with padding");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw error("bytes that are not base64");
        }
        if (!Base64.getEncoder().withoutPadding().encodeToString(bytes).equals(text)) {
            throw error("base64 that is not canonical");
        }
        return bytes;
    }

    private boolean more(char end) {
        space();
        char c = peek();
        at++;
        if (c == end) {
            return false;
        }
        if (c != ',') {
            throw error("no comma and no end");
        }
        return true;
    }

    private Node number() {
        int from = at;
        if (peek() == '-') {
            at++;
        }
        int digits = digits();
        if (digits > 1 && in.charAt(at - digits) == '0') {
            throw error("a number with a leading zero");
        }
        boolean whole = true;
        if (at < in.length() && in.charAt(at) == '.') {
            at++;
            digits();
            whole = false;
        }
        if (at < in.length() && (in.charAt(at) == 'e' || in.charAt(at) == 'E')) {
            at++;
            if (at < in.length() && (in.charAt(at) == '+' || in.charAt(at) == '-')) {
                at++;
            }
            digits();
            whole = false;
        }
        if (at - from > 512) {
            throw error("a number of " + (at - from) + " characters");
        }
        String text = in.substring(from, at);
        return whole ? integer(text, digits) : floating(text);
    }

    private Node integer(String text, int digits) {
        if (digits > DIGITS) {
            throw error("an integer of " + digits + " digits");
        }
        BigInteger value = new BigInteger(text);
        if ((value.signum() < 0 ? value.not() : value).bitLength() > 64) {
            throw error("an integer of more than 64 bits");
        }
        return new Node.Int(value);
    }

    private Node floating(String text) {
        double value = Double.parseDouble(text);
        if (Double.isInfinite(value)) {
            throw error("a number that is too large");
        }
        return new Node.Float(value);
    }

    private int digits() {
        int from = at;
        while (at < in.length() && in.charAt(at) >= '0' && in.charAt(at) <= '9') {
            at++;
        }
        if (at == from) {
            throw error("no digit where one should be");
        }
        return at - from;
    }

    private String string() {
        at++;
        StringBuilder text = new StringBuilder();
        while (true) {
            char c = peek();
            at++;
            if (c == '"') {
                return text.toString();
            }
            if (c < ' ') {
                throw error("a control character in text");
            }
            text.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 > in.length()) {
                    throw error("the end inside an escape");
                }
                int value = 0;
                for (int i = 0; i < 4; i++) {
                    char hex = in.charAt(at++);
                    int digit = hex < 0x80 ? Character.digit(hex, 16) : -1;
                    if (digit < 0) {
                        throw error("an escape that is not hexadecimal");
                    }
                    value = value << 4 | digit;
                }
                yield (char) value;
            }
            default -> throw error("an unknown escape");
        };
    }

    private void space() {
        while (at < in.length() && " \t\n\r".indexOf(in.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= in.length()) {
            throw error("the end where more should be");
        }
        return in.charAt(at);
    }

    private MalformedException error(String what) {
        return new MalformedException("dag-json: " + what + " (at character " + at + ")");
    }
}
