package libp2p.nat.autonat.v2;

import java.io.IOException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;

/** The two messages of {@code /libp2p/autonat/2/dial-back}: the nonce, and that it was received. */
final class DialBackMessages {
    /** Bytes of a message. */
    static final int MAX_BYTES = 1024;

    private static final int MAX_FIELDS = 16;
    private static final int FIELD = 1;

    private DialBackMessages() {}

    static byte[] nonce(long nonce) {
        return new ProtobufWriter().fixed64(FIELD, nonce).toByteArray();
    }

    static long readNonce(byte[] bytes) throws IOException {
        ProtobufReader in = ProtobufReader.of("DialBack", bytes, MAX_BYTES, MAX_FIELDS);
        long nonce = 0;
        while (in.next()) {
            if (in.field() == FIELD) {
                nonce = in.fixed64();
            } else {
                in.skip();
            }
        }
        return nonce;
    }

    /** The answer: status OK, which is zero. */
    static byte[] received() {
        return new ProtobufWriter().enumeration(FIELD, 0).toByteArray();
    }

    /** Whether the answer says OK. */
    static boolean readReceived(byte[] bytes) throws IOException {
        ProtobufReader in = ProtobufReader.of("DialBackResponse", bytes, MAX_BYTES, MAX_FIELDS);
        int status = 0;
        while (in.next()) {
            if (in.field() == FIELD) {
                status = in.int32();
            } else {
                in.skip();
            }
        }
        return status == 0;
    }
}
