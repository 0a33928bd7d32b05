package libp2p.ipld.codec;

import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;

/**
 * JSON as APIs speak it: no key has a meaning of its own, and the order of keys is kept. Values and nesting are bounded
 * as in DAG-JSON.
 */
public final class PlainJson {
    private PlainJson() {}

    /**
     * One value.
     *
     * @throws MalformedException if the bytes are not exactly one value, or repeat a key
     */
    public static Node decode(byte[] bytes) {
        return new JsonReader(Utf8.decode("json", bytes, 0, bytes.length), false).whole();
    }

    /**
     * The value as text without line breaks.
     *
     * @throws MalformedException if it holds links or bytes, which JSON does not have
     */
    public static String text(Node node) {
        StringBuilder out = new StringBuilder();
        write(node, out, 0);
        return out.toString();
    }

    private static void write(Node node, StringBuilder out, int depth) {
        if (depth > IpldLimits.NESTING) {
            throw new MalformedException("json: nested deeper than the limit of " + IpldLimits.NESTING);
        }
        switch (node) {
            case Node.Sequence list -> {
                out.append('[');
                for (int i = 0; i < list.items().size(); i++) {
                    out.append(i == 0 ? "" : ",");
                    write(list.items().get(i), out, depth + 1);
                }
                out.append(']');
            }
            case Node.Mapping map -> {
                String[] separator = {"{"};
                map.entries().forEach((key, value) -> {
                    out.append(separator[0]);
                    DagJson.string(key, out);
                    out.append(':');
                    write(value, out, depth + 1);
                    separator[0] = ",";
                });
                out.append(map.entries().isEmpty() ? "{}" : "}");
            }
            case Node.Bytes ignored -> throw new MalformedException("json: bytes");
            case Node.Link ignored -> throw new MalformedException("json: a link");
            default -> DagJson.write(node, out, depth);
        }
    }
}
