package libp2p.delegated.routing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * A record of schema {@code peer}.
 *
 * @param id of the record
 * @param addresses where it may be reached; those that this host does not understand are left out
 * @param protocols such as {@code transport-bitswap}; empty if they are not known
 * @param other further fields, as they came
 */
public record PeerRecord(
        PeerId id, List<Multiaddr> addresses, List<String> protocols, SequencedMap<String, Node> other) {
    /** Retrieval by Bitswap. */
    public static final String BITSWAP = "transport-bitswap";

    /** Retrieval by a trustless gateway. */
    public static final String GATEWAY = "transport-ipfs-gateway-http";

    public PeerRecord {
        addresses = List.copyOf(addresses);
        protocols = List.copyOf(protocols);
    }

    /** A record without further fields. */
    public static PeerRecord of(PeerId id, List<Multiaddr> addresses, List<String> protocols) {
        return new PeerRecord(id, addresses, protocols, new LinkedHashMap<>());
    }

    /**
     * Reads a record of schema {@code peer}, or of its forerunner {@code bitswap}.
     *
     * @param most addresses that are read
     * @throws MalformedException if it is no record of this schema with an id
     */
    public static PeerRecord read(Node node, int most) {
        if (!(node instanceof Node.Mapping map)
                || !(map.get("Schema") instanceof Node.Text schema)
                || !(schema.value().equals("peer") || schema.value().equals("bitswap"))
                || !(map.get("ID") instanceof Node.Text id)) {
            throw new MalformedException("routing: a record that is none of a peer");
        }
        List<Multiaddr> addresses = new ArrayList<>();
        for (String text : texts(map.get("Addrs"))) {
            try {
                if (addresses.size() < most) {
                    addresses.add(Multiaddr.parse(text));
                }
            } catch (MalformedException unknown) {
                continue; // a protocol that came after this version
            }
        }
        LinkedHashMap<String, Node> other = new LinkedHashMap<>(map.entries());
        List<String> protocols = new ArrayList<>(texts(map.get("Protocols")));
        if (schema.value().equals("bitswap") && map.get("Protocol") instanceof Node.Text only) {
            protocols.add(only.value());
            other.remove("Protocol");
        }
        List.of("Schema", "ID", "Addrs", "Protocols").forEach(other::remove);
        return new PeerRecord(PeerId.parse(id.value()), addresses, protocols, other);
    }

    private static List<String> texts(@org.jspecify.annotations.Nullable Node node) {
        List<String> texts = new ArrayList<>();
        if (node instanceof Node.Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Node.Text text) {
                    texts.add(text.value());
                }
            }
        }
        return texts;
    }

    /** The record as JSON. */
    public Node json() {
        LinkedHashMap<String, Node> map = new LinkedHashMap<>();
        if (!addresses.isEmpty()) {
            map.put(
                    "Addrs",
                    sequence(addresses.stream().map(Multiaddr::toString).toList()));
        }
        map.put("ID", new Node.Text(id.toString()));
        if (!protocols.isEmpty()) {
            map.put("Protocols", sequence(protocols));
        }
        map.put("Schema", new Node.Text("peer"));
        map.putAll(other);
        return new Node.Mapping(map);
    }

    private static Node sequence(List<String> texts) {
        return new Node.Sequence(
                texts.stream().map(text -> (Node) new Node.Text(text)).toList());
    }

    /** The peer for a dial. */
    public PeerAddress address() {
        return PeerAddress.of(id, addresses.stream().map(PeerRecord::bare).toList());
    }

    private static Multiaddr bare(Multiaddr address) {
        return address.peerId() == null ? address : address.withoutPeer();
    }

    /** With other addresses. */
    public PeerRecord withAddresses(List<Multiaddr> value) {
        return new PeerRecord(id, value, protocols, other);
    }
}
