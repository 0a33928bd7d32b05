package libp2p.security.plaintext;

import java.io.IOException;
import java.util.Arrays;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.identity.IdentityLimits;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PublicKey;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.security.SecurityLimits;

/** The message {@code Exchange}: a peer id and the key it belongs to. */
record Exchange(SecurityLimits limits) implements MessageCodec<PublicKey> {
    private static final int MAX_FIELDS = 64;

    @Override
    public byte[] encode(PublicKey key) {
        return new ProtobufWriter()
                .bytes(1, key.peerId().toBytes())
                .bytes(2, key.toProtobuf())
                .toByteArray();
    }

    /** The key of a message whose peer id is that of the key. */
    @Override
    public PublicKey decode(byte[] bytes) throws IOException {
        byte[] id = null;
        byte[] key = null;
        try {
            ProtobufReader in = ProtobufReader.of("Exchange", bytes, limits.exchangeBytes(), MAX_FIELDS);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> id = in.bytes(limits.exchangeBytes());
                    case 2 -> key = in.bytes(IdentityLimits.PUBLIC_KEY_BYTES);
                    default -> in.skip();
                }
            }
        } catch (ProtobufException malformed) {
            throw violation(String.valueOf(malformed.getMessage()));
        }
        if (id == null || key == null) {
            throw violation("exchange without " + (id == null ? "id" : "pubkey"));
        }
        try {
            PublicKey decoded = PublicKey.fromProtobuf(key);
            if (!Arrays.equals(id, decoded.peerId().toBytes())) {
                throw violation("the id of the exchange is not that of its key, " + decoded.peerId());
            }
            return decoded;
        } catch (MalformedKeyException malformed) {
            throw violation("public key: " + malformed.getMessage());
        }
    }

    private static ProtocolViolationException violation(String what) {
        return new ProtocolViolationException(Plaintext.PROTOCOL, what);
    }
}
