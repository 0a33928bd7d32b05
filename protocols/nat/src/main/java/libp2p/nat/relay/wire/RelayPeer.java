package libp2p.nat.relay.wire;

import java.util.Arrays;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.MalformedException;

/** The message {@code Peer}. Its addresses were meant for active relays, which no longer exist: they are ignored. */
final class RelayPeer {
    private static final int ID = 1;
    private static final int MAX_ID = 128;

    private RelayPeer() {}

    static void write(ProtobufWriter out, PeerId peer) {
        out.bytes(ID, peer.toBytes());
    }

    static PeerId read(ProtobufReader in) throws ProtobufException {
        byte[] id = {};
        while (in.next()) {
            if (in.field() == ID) {
                id = in.bytes(MAX_ID);
            } else {
                in.skip();
            }
        }
        return peerId(in, id);
    }

    /** A peer id in a field of a message, or an error at this field. */
    static PeerId peerId(ProtobufReader in, byte[] bytes) throws ProtobufException {
        try {
            return PeerId.fromBytes(bytes);
        } catch (MalformedException malformed) {
            throw in.error("no peer id: " + Arrays.toString(Arrays.copyOf(bytes, Math.min(8, bytes.length))));
        }
    }
}
