package libp2p.discovery.pubsub;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * The message of js-libp2p's {@code pubsub-peer-discovery}: {@code message Peer { bytes publicKey = 1; repeated bytes
 * addrs = 2; }}.
 *
 * @param key of the peer
 * @param addresses where it says that it is, without {@code /p2p}
 */
public record PeerAnnouncement(PublicKey key, List<Multiaddr> addresses) {
    private static final int KEY = 1;
    private static final int ADDRESSES = 2;
    /** Fields that are looked at, those that are not known included. */
    private static final int FIELDS = 1024;

    public PeerAnnouncement {
        addresses = List.copyOf(addresses);
    }

    /** The peer of the key. */
    public PeerId peer() {
        return PeerId.of(key);
    }

    /** The bytes of the message; addresses end with the peer, as those of js do. */
    public byte[] encode() {
        ProtobufWriter out = new ProtobufWriter().bytes(KEY, key.toProtobuf());
        byte[] id = peer().toBytes();
        addresses.forEach(address -> out.bytes(ADDRESSES, address.withPeer(id).toBytes()));
        return out.toByteArray();
    }

    /**
     * Reads a message. Addresses with unknown protocols or of another peer are left out.
     *
     * @throws IOException if it is longer than the limit, malformed, or names no key
     */
    public static PeerAnnouncement decode(byte[] bytes, PubSubDiscoveryLimits limits) throws IOException {
        ProtobufReader in = ProtobufReader.of("announcement of a peer", bytes, limits.announcementBytes(), FIELDS);
        PublicKey key = null;
        List<Multiaddr> addresses = new ArrayList<>();
        while (in.next()) {
            switch (in.field()) {
                case KEY -> key = PublicKey.fromProtobuf(in.bytes(limits.announcementBytes()));
                case ADDRESSES -> {
                    if (addresses.size() < limits.addresses()) {
                        add(in.bytes(limits.announcementBytes()), addresses);
                    } else {
                        in.skip();
                    }
                }
                default -> in.skip();
            }
        }
        if (key == null) {
            throw in.error("no public key");
        }
        byte[] id = PeerId.of(key).toBytes();
        List<Multiaddr> own = new ArrayList<>();
        for (Multiaddr address : addresses) {
            byte[] named = address.peerId();
            if ((named == null || Arrays.equals(named, id))
                    && !address.withoutPeer().isEmpty()) {
                own.add(address.withoutPeer());
            }
        }
        return new PeerAnnouncement(key, own);
    }

    private static void add(byte[] bytes, List<Multiaddr> addresses) {
        if (bytes.length == 0 || bytes.length > MultiformatsLimits.MULTIADDR_BYTES) {
            return;
        }
        try {
            addresses.add(Multiaddr.fromBytes(bytes));
        } catch (MalformedException unknown) {
            // other implementations know protocols that this one does not
        }
    }
}
