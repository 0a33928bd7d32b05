package libp2p.ipld.codec;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;

/**
 * <a href="https://ipld.io/specs/codecs/dag-json/spec/">DAG-JSON</a>: written without spaces and with keys sorted by
 * bytes; read with spaces and keys in any order too. A link is <code>{"/":"bafy…"}</code>, bytes are
 * <code>{"/":{"bytes":"…"}}</code> in base64 without padding.
 */
public final class DagJson implements Codec {
    private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();

    @Override
    public long code() {
        return Multicodec.DAG_JSON;
    }

    @Override
    public Node decode(byte[] block) {
        return new JsonReader(Utf8.decode("dag-json", block, 0, block.length), true).whole();
    }

    @Override
    public byte[] encode(Node node) {
        return Utf8.encode("dag-json", text(node));
    }

    /** The value as text. */
    public static String text(Node node) {
        StringBuilder out = new StringBuilder();
        write(node, out, 0);
        return out.toString();
    }

    static void write(Node node, StringBuilder out, int depth) {
        if (depth > IpldLimits.NESTING) {
            throw new MalformedException("dag-json: nested deeper than the limit of " + IpldLimits.NESTING);
        }
        switch (node) {
            case Node.Null ignored -> out.append("null");
            case Node.Bool bool -> out.append(bool.value());
            case Node.Int number -> out.append(number.value());
            case Node.Float number -> out.append(JsonNumbers.text(number.value()));
            case Node.Text text -> string(text.value(), out);
            case Node.Bytes bytes ->
                out.append("{\"/\":{\"bytes\":\"")
                        .append(BASE64.encodeToString(bytes.value()))
                        .append("\"}}");
            case Node.Link link -> out.append("{\"/\":\"").append(link.cid()).append("\"}");
            case Node.Sequence list -> {
                String separator = "[";
                for (Node item : list.items()) {
                    out.append(separator);
                    write(item, out, depth + 1);
                    separator = ",";
                }
                out.append(list.items().isEmpty() ? "[]" : "]");
            }
            case Node.Mapping map -> map(map, out, depth);
        }
    }

    private static void map(Node.Mapping map, StringBuilder out, int depth) {
        List<String> keys = new ArrayList<>(map.entries().keySet());
        keys.sort((a, b) ->
                Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
        requireUnreserved(map);
        String separator = "{";
        for (String key : keys) {
            out.append(separator);
            string(key, out);
            out.append(':');
            write(map.entries().getOrDefault(key, new Node.Null()), out, depth + 1);
            separator = ",";
        }
        out.append(keys.isEmpty() ? "{}" : "}");
    }

    /** A map that would be read back as a link or as bytes cannot be said. */
    private static void requireUnreserved(Node.Mapping map) {
        Node slash = map.get("/");
        if (slash instanceof Node.Text
                || (slash instanceof Node.Mapping inner && inner.get("bytes") instanceof Node.Text)) {
            throw new MalformedException("dag-json: a map whose key \"/\" looks like a link or bytes");
        }
    }

    static void string(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
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
