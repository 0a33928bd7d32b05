package libp2p.nat.dcutr;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.AddressBytes;

/**
 * The message of two peers to each other before they dial at the same moment.
 *
 * @param addresses under which others see the sender; empty in {@code SYNC}
 */
record HolePunchMessage(Type type, List<Multiaddr> addresses) {
    /** Bytes of a message. */
    static final int MAX_BYTES = 4096;

    /** Addresses that are kept. */
    static final int MAX_ADDRESSES = 32;

    private static final int MAX_FIELDS = 128;
    private static final int TYPE = 1;
    private static final int ADDRESS = 2;

    /** Kinds of messages. */
    enum Type {
        CONNECT(100),
        SYNC(300);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    HolePunchMessage {
        addresses = List.copyOf(addresses);
    }

    byte[] toBytes() {
        ProtobufWriter out = new ProtobufWriter().enumeration(TYPE, type.number);
        addresses.forEach(address -> out.bytes(ADDRESS, address.toBytes()));
        return out.toByteArray();
    }

    /** @throws ProtobufException if the bytes are no such message, or it exceeds a limit */
    static HolePunchMessage fromBytes(byte[] bytes) throws IOException {
        ProtobufReader in = ProtobufReader.of("HolePunch", bytes, MAX_BYTES, MAX_FIELDS);
        Type type = null;
        List<Multiaddr> addresses = new ArrayList<>();
        while (in.next()) {
            switch (in.field()) {
                case TYPE -> type = type(in);
                case ADDRESS -> AddressBytes.addTo(addresses, in.bytes(MAX_BYTES), MAX_ADDRESSES);
                default -> in.skip();
            }
        }
        if (type == null) {
            throw in.error("no type");
        }
        return new HolePunchMessage(type, addresses);
    }

    private static Type type(ProtobufReader in) throws ProtobufException {
        int number = in.int32();
        for (Type type : Type.values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw in.error("unknown type " + number);
    }
}
