package libp2p.nat.autonat.v1;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.AddressBytes;
import org.jspecify.annotations.Nullable;

/** The one message of AutoNAT v1: a wish to be dialed, or how that went. */
sealed interface DialMessage {
    /** Bytes of a message. */
    int MAX_BYTES = 4096;

    /** Addresses that are kept. */
    int MAX_ADDRESSES = 16;

    /** Fields of a message, those of messages inside it included. */
    int MAX_FIELDS = 128;

    /** Number of the field that says which kind of message it is. */
    int TYPE = 1;

    /** The encoding, without its length. */
    byte[] toBytes();

    /**
     * A peer wants to be dialed.
     *
     * @param peer who, or null if the message does not say
     */
    record Request(@Nullable PeerId peer, List<Multiaddr> addresses) implements DialMessage {
        private static final int DIAL = 2;
        private static final int PEER = 1;
        private static final int ID = 1;
        private static final int ADDRESS = 2;

        public Request {
            addresses = List.copyOf(addresses);
        }

        @Override
        public byte[] toBytes() {
            return new ProtobufWriter()
                    .enumeration(TYPE, 0)
                    .message(
                            DIAL,
                            dial -> dial.message(PEER, info -> {
                                if (peer != null) {
                                    info.bytes(ID, peer.toBytes());
                                }
                                addresses.forEach(address -> info.bytes(ADDRESS, address.toBytes()));
                            }))
                    .toByteArray();
        }
    }

    /**
     * Outcome.
     *
     * @param status one of the constants, or a number that is not known
     * @param address that was reached, or null
     */
    record Response(int status, @Nullable Multiaddr address) implements DialMessage {
        static final int OK = 0;
        static final int DIAL_ERROR = 100;
        static final int DIAL_REFUSED = 101;
        static final int BAD_REQUEST = 200;
        static final int INTERNAL_ERROR = 300;
        private static final int RESPONSE = 3;
        private static final int STATUS = 1;
        private static final int ADDRESS = 3;

        @Override
        public byte[] toBytes() {
            return new ProtobufWriter()
                    .enumeration(TYPE, 1)
                    .message(RESPONSE, inner -> {
                        inner.enumeration(STATUS, status);
                        if (address != null) {
                            inner.bytes(ADDRESS, address.toBytes());
                        }
                    })
                    .toByteArray();
        }
    }

    /** @throws ProtobufException if the bytes are no such message, or it exceeds a limit */
    static DialMessage fromBytes(byte[] bytes) throws IOException {
        ProtobufReader in = ProtobufReader.of("AutoNAT Message", bytes, MAX_BYTES, MAX_FIELDS);
        int type = -1;
        Request request = new Request(null, List.of());
        Response response = null;
        while (in.next()) {
            switch (in.field()) {
                case TYPE -> type = in.int32();
                case Request.DIAL -> request = dial(in.message("Dial"));
                case Response.RESPONSE -> response = response(in.message("DialResponse"));
                default -> in.skip();
            }
        }
        if (type == 0) {
            return request;
        }
        if (type == 1 && response != null) {
            return response;
        }
        throw in.error("a message of type " + type + " without its content");
    }

    private static Request dial(ProtobufReader in) throws ProtobufException {
        PeerId peer = null;
        List<Multiaddr> addresses = new ArrayList<>();
        while (in.next()) {
            if (in.field() != Request.PEER) {
                in.skip();
                continue;
            }
            ProtobufReader info = in.message("PeerInfo");
            while (info.next()) {
                switch (info.field()) {
                    case Request.ID -> peer = peer(info);
                    case Request.ADDRESS -> AddressBytes.addTo(addresses, info.bytes(MAX_BYTES), MAX_ADDRESSES);
                    default -> info.skip();
                }
            }
        }
        return new Request(peer, addresses);
    }

    private static PeerId peer(ProtobufReader in) throws ProtobufException {
        byte[] id = in.bytes(MAX_BYTES);
        try {
            return PeerId.fromBytes(id);
        } catch (MalformedException malformed) {
            throw in.error("no peer id");
        }
    }

    private static Response response(ProtobufReader in) throws ProtobufException {
        int status = 0;
        Multiaddr address = null;
        while (in.next()) {
            switch (in.field()) {
                case Response.STATUS -> status = in.int32();
                case Response.ADDRESS -> address = AddressBytes.decode(in.bytes(MAX_BYTES));
                default -> in.skip();
            }
        }
        return new Response(status, address);
    }
}
