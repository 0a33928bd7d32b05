package libp2p.kad.message;

import java.util.ArrayList;
import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * A peer that a message names.
 *
 * @param id of the peer
 * @param addresses without {@code /p2p} of the peer; those with protocols that are not known here are left out
 * @param connection the state of the sender's own connection to the peer
 * @param signedRecord envelope with the record that the peer signed, not checked yet, or null; an extension that
 *     py-libp2p and this project know, others ignore it
 */
public record KadPeer(PeerId id, List<Multiaddr> addresses, ConnectionType connection, byte @Nullable [] signedRecord) {
    private static final int ID = 1;
    private static final int ADDRESSES = 2;
    private static final int CONNECTION = 3;
    private static final int SIGNED_RECORD = 4;

    public KadPeer {
        addresses = List.copyOf(addresses);
    }

    /** A peer without a record. */
    public static KadPeer of(PeerId id, List<Multiaddr> addresses) {
        return new KadPeer(id, addresses, ConnectionType.NOT_CONNECTED, null);
    }

    /** The peer, or null if its id is none, it is too long, or it has no id. */
    static @Nullable KadPeer decode(ProtobufReader outer, MessageLimits limits) throws ProtobufException {
        ProtobufReader in = outer.message("Kademlia peer");
        byte[] id = null;
        List<Multiaddr> addresses = new ArrayList<>();
        ConnectionType connection = ConnectionType.NOT_CONNECTED;
        byte[] record = null;
        int left = limits.peerBytes();
        while (in.next()) {
            switch (in.field()) {
                case ID -> {
                    id = in.bytes(limits.keyBytes());
                    left -= id.length;
                }
                case ADDRESSES -> {
                    if (addresses.size() >= limits.addresses() || left <= 0) {
                        in.skip();
                    } else {
                        byte[] address = in.bytes(Integer.MAX_VALUE);
                        left -= address.length;
                        add(address, addresses);
                    }
                }
                case CONNECTION -> connection = ConnectionType.of(in.int32());
                case SIGNED_RECORD -> {
                    record = in.bytes(Integer.MAX_VALUE);
                    left -= record.length;
                }
                default -> in.skip();
            }
        }
        PeerId peer = id == null || left < 0 ? null : peerId(id);
        return peer == null ? null : new KadPeer(peer, withoutPeer(peer, addresses), connection, record);
    }

    private static @Nullable PeerId peerId(byte[] bytes) {
        try {
            return PeerId.fromBytes(bytes);
        } catch (MalformedException unknown) {
            return null;
        }
    }

    private static void add(byte[] bytes, List<Multiaddr> addresses) {
        if (bytes.length == 0 || bytes.length > MultiformatsLimits.MULTIADDR_BYTES) {
            return;
        }
        try {
            addresses.add(Multiaddr.fromBytes(bytes));
        } catch (MalformedException unknown) {
            // other implementations know protocols that we do not
        }
    }

    /** Some senders end addresses with the id; one that ends with the id of another is left out. */
    private static List<Multiaddr> withoutPeer(PeerId peer, List<Multiaddr> addresses) {
        List<Multiaddr> bare = new ArrayList<>(addresses.size());
        for (Multiaddr address : addresses) {
            byte[] named = address.peerId();
            Multiaddr rest = address.withoutPeer();
            if ((named == null || java.util.Arrays.equals(named, peer.toBytes())) && !rest.isEmpty()) {
                bare.add(rest);
            }
        }
        return bare;
    }

    void encode(ProtobufWriter out) {
        out.bytes(ID, id.toBytes());
        addresses.forEach(address -> out.bytes(ADDRESSES, address.toBytes()));
        if (connection != ConnectionType.NOT_CONNECTED) {
            out.enumeration(CONNECTION, connection.ordinal());
        }
        if (signedRecord != null) {
            out.bytes(SIGNED_RECORD, signedRecord);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KadPeer peer
                && id.equals(peer.id)
                && addresses.equals(peer.addresses)
                && connection == peer.connection
                && java.util.Arrays.equals(signedRecord, peer.signedRecord);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
