package libp2p.nat.autonat.v2;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.AddressBytes;
import org.jspecify.annotations.Nullable;

/** The message of {@code /libp2p/autonat/2/dial-request}, which holds one of four. */
sealed interface ProbeMessage {
    /** Bytes of a message. */
    int MAX_BYTES = 8192;

    /** Addresses that are looked at; those after them do not count. */
    int MAX_ADDRESSES = 50;

    /** Bytes of one piece of dial data. */
    int MAX_DATA = 4096;

    /** The encoding, without its length. */
    byte[] toBytes();

    /**
     * A peer wants to be dialed.
     *
     * @param addresses best first; null where it is not one that is known here, so that the numbers stay
     */
    record DialRequest(List<@Nullable Multiaddr> addresses, long nonce) implements ProbeMessage {
        private static final int NUMBER = 1;
        private static final int ADDRESS = 1;
        private static final int NONCE = 2;

        @Override
        public byte[] toBytes() {
            return new ProtobufWriter()
                    .message(NUMBER, inner -> {
                        for (Multiaddr address : addresses) {
                            inner.bytes(ADDRESS, address == null ? new byte[0] : address.toBytes());
                        }
                        inner.fixed64(NONCE, nonce);
                    })
                    .toByteArray();
        }

        private static DialRequest read(ProtobufReader in) throws ProtobufException {
            List<@Nullable Multiaddr> addresses = new ArrayList<>();
            long nonce = 0;
            while (in.next()) {
                switch (in.field()) {
                    case ADDRESS -> {
                        Multiaddr address = AddressBytes.decode(in.bytes(MAX_BYTES));
                        if (addresses.size() < MAX_ADDRESSES) {
                            addresses.add(address);
                        }
                    }
                    case NONCE -> nonce = in.fixed64();
                    default -> in.skip();
                }
            }
            return new DialRequest(addresses, nonce);
        }
    }

    /**
     * Outcome.
     *
     * @param status one of the constants, or a number that is not known
     * @param index of the address that was tried
     * @param dialStatus how dialing it went, if the status is {@link #OK}
     */
    record DialResponse(int status, long index, int dialStatus) implements ProbeMessage {
        static final int INTERNAL_ERROR = 0;
        static final int REQUEST_REJECTED = 100;
        static final int DIAL_REFUSED = 101;
        static final int OK = 200;

        /** The address could not be dialed. */
        static final int DIAL_ERROR = 100;
        /** It could be dialed, but the nonce not delivered. */
        static final int DIAL_BACK_ERROR = 101;
        /** The nonce was delivered. */
        static final int DIALED = 200;

        private static final int NUMBER = 2;
        private static final int STATUS = 1;
        private static final int INDEX = 2;
        private static final int DIAL_STATUS = 3;

        @Override
        public byte[] toBytes() {
            return new ProtobufWriter()
                    .message(
                            NUMBER,
                            inner -> inner.enumeration(STATUS, status)
                                    .uint64(INDEX, index)
                                    .enumeration(DIAL_STATUS, dialStatus))
                    .toByteArray();
        }

        private static DialResponse read(ProtobufReader in) throws ProtobufException {
            int status = 0;
            long index = 0;
            int dialStatus = 0;
            while (in.next()) {
                switch (in.field()) {
                    case STATUS -> status = in.int32();
                    case INDEX -> index = in.uint32();
                    case DIAL_STATUS -> dialStatus = in.int32();
                    default -> in.skip();
                }
            }
            return new DialResponse(status, index, dialStatus);
        }
    }

    /**
     * The server wants data before it dials an address with another IP than the client's.
     *
     * @param index of the address
     * @param bytes how much
     */
    record DialDataRequest(long index, long bytes) implements ProbeMessage {
        private static final int NUMBER = 3;
        private static final int INDEX = 1;
        private static final int BYTES = 2;

        @Override
        public byte[] toBytes() {
            return new ProtobufWriter()
                    .message(NUMBER, inner -> inner.uint64(INDEX, index).uint64(BYTES, bytes))
                    .toByteArray();
        }

        private static DialDataRequest read(ProtobufReader in) throws ProtobufException {
            long index = 0;
            long bytes = 0;
            while (in.next()) {
                switch (in.field()) {
                    case INDEX -> index = in.uint32();
                    case BYTES -> bytes = in.uint64();
                    default -> in.skip();
                }
            }
            return new DialDataRequest(index, bytes < 0 ? Long.MAX_VALUE : bytes);
        }
    }

    /**
     * A piece of data.
     *
     * @param length of the data; its content means nothing
     */
    record DialDataResponse(int length) implements ProbeMessage {
        private static final int NUMBER = 4;
        private static final int DATA = 1;

        @Override
        public byte[] toBytes() {
            return new ProtobufWriter()
                    .message(NUMBER, inner -> inner.bytes(DATA, new byte[length]))
                    .toByteArray();
        }

        private static DialDataResponse read(ProtobufReader in) throws ProtobufException {
            int length = 0;
            while (in.next()) {
                if (in.field() == DATA) {
                    length = in.view(MAX_DATA).remaining();
                } else {
                    in.skip();
                }
            }
            return new DialDataResponse(length);
        }
    }

    /** @throws ProtobufException if the bytes are no such message, or it exceeds a limit */
    static ProbeMessage fromBytes(byte[] bytes) throws IOException {
        ProtobufReader in = ProtobufReader.of("AutoNAT v2 Message", bytes, MAX_BYTES, 256);
        ProbeMessage message = null;
        while (in.next()) {
            switch (in.field()) {
                case DialRequest.NUMBER -> message = DialRequest.read(in.message("DialRequest"));
                case DialResponse.NUMBER -> message = DialResponse.read(in.message("DialResponse"));
                case DialDataRequest.NUMBER -> message = DialDataRequest.read(in.message("DialDataRequest"));
                case DialDataResponse.NUMBER -> message = DialDataResponse.read(in.message("DialDataResponse"));
                default -> in.skip();
            }
        }
        if (message == null) {
            throw in.error("none of the four messages");
        }
        return message;
    }
}
