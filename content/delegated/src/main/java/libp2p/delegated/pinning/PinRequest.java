package libp2p.delegated.pinning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * A root that is to be pinned with everything below it.
 *
 * @param cid the root
 * @param name for people, at most 255 characters; empty for none
 * @param origins addresses of peers that have it, with their ids
 * @param meta of the asker
 */
public record PinRequest(Cid cid, String name, List<Multiaddr> origins, Map<String, String> meta) {
    private static final int NAME = 255;

    public PinRequest {
        if (name.length() > NAME) {
            throw new MalformedException("a name of " + name.length() + " characters, at most " + NAME);
        }
        origins = List.copyOf(origins);
        meta = Map.copyOf(meta);
    }

    /**
     * Reads a request; origins of unknown protocols are passed over.
     *
     * @throws MalformedException if it is none
     */
    public static PinRequest read(Node node, PinningLimits limits) {
        if (!(node instanceof Node.Mapping map) || !(map.get("cid") instanceof Node.Text cid)) {
            throw new MalformedException("a pin without a cid");
        }
        String name = map.get("name") instanceof Node.Text text ? text.value() : "";
        List<Multiaddr> origins = new ArrayList<>();
        if (map.get("origins") instanceof Node.Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Node.Text text && origins.size() < limits.origins()) {
                    addKnown(origins, text.value());
                }
            }
        }
        return new PinRequest(Cid.parse(cid.value()), name, origins, texts(map.get("meta"), limits.meta()));
    }

    private static void addKnown(List<Multiaddr> origins, String text) {
        try {
            Multiaddr address = Multiaddr.parse(text);
            if (address.peerId() != null) {
                origins.add(address);
            }
        } catch (MalformedException unknown) {
            System.getLogger(PinRequest.class.getName())
                    .log(System.Logger.Level.DEBUG, () -> "an origin that is no address: " + unknown.getMessage());
        }
    }

    /**
     * The entries of an object of texts; others are passed over.
     *
     * @param most number of entries
     * @throws MalformedException if there are more
     */
    public static Map<String, String> texts(@org.jspecify.annotations.Nullable Node node, int most) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (node instanceof Node.Mapping map) {
            if (map.entries().size() > most) {
                throw new MalformedException("meta of " + map.entries().size() + " entries, at most " + most);
            }
            map.entries().forEach((key, value) -> {
                if (value instanceof Node.Text text) {
                    texts.put(key, text.value());
                }
            });
        }
        return texts;
    }

    /** The request as JSON of the API. */
    public Node json() {
        LinkedHashMap<String, Node> map = new LinkedHashMap<>();
        map.put("cid", new Node.Text(cid.toString()));
        if (!name.isEmpty()) {
            map.put("name", new Node.Text(name));
        }
        if (!origins.isEmpty()) {
            map.put(
                    "origins",
                    new Node.Sequence(origins.stream()
                            .map(address -> (Node) new Node.Text(address.toString()))
                            .toList()));
        }
        if (!meta.isEmpty()) {
            LinkedHashMap<String, Node> entries = new LinkedHashMap<>();
            meta.forEach((key, value) -> entries.put(key, new Node.Text(value)));
            map.put("meta", new Node.Mapping(entries));
        }
        return new Node.Mapping(map);
    }
}
