package libp2p.secio;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.identity.IdentityLimits;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PublicKey;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;

/**
 * The message {@code Propose}: what one side has to offer, for the one suite that this module knows.
 *
 * @param encoded the message as it stands on the wire, which signatures cover
 */
record Proposal(byte[] nonce, PublicKey key, byte[] encoded) {
    static final int NONCE = 16;

    private static final int MAX_FIELDS = 64;
    private static final List<String> SUITE = List.of("P-256", "AES-128", "SHA256");

    static Proposal of(byte[] nonce, PublicKey key) {
        ProtobufWriter message = new ProtobufWriter().bytes(1, nonce).bytes(2, key.toProtobuf());
        for (int i = 0; i < SUITE.size(); i++) {
            message.bytes(3 + i, SUITE.get(i).getBytes(StandardCharsets.US_ASCII));
        }
        return new Proposal(nonce, key, message.toByteArray());
    }

    static Proposal decode(byte[] message) throws ProtocolViolationException {
        byte[][] fields = new byte[3 + SUITE.size()][];
        try {
            ProtobufReader in = ProtobufReader.of("Propose", message, Messages.LIMIT, MAX_FIELDS);
            while (in.next()) {
                if (in.field() < fields.length) {
                    fields[in.field()] = in.bytes(in.field() == 2 ? IdentityLimits.PUBLIC_KEY_BYTES : Messages.LIMIT);
                } else {
                    in.skip();
                }
            }
        } catch (ProtobufException malformed) {
            throw violation(String.valueOf(malformed.getMessage()));
        }
        byte[] nonce = fields[1];
        if (nonce == null || nonce.length != NONCE) {
            throw violation("a nonce of " + (nonce == null ? 0 : nonce.length) + " bytes, not " + NONCE);
        }
        if (fields[2] == null) {
            throw violation("a proposal without a public key");
        }
        for (int i = 0; i < SUITE.size(); i++) {
            byte[] list = fields[3 + i];
            String offered = list == null ? "" : new String(list, StandardCharsets.UTF_8);
            if (!Arrays.asList(offered.split(",")).contains(SUITE.get(i))) {
                throw violation("the peer does not offer " + SUITE.get(i) + ", the only one that this side has");
            }
        }
        try {
            return new Proposal(nonce, PublicKey.fromProtobuf(fields[2]), message);
        } catch (MalformedKeyException malformed) {
            throw violation("public key: " + malformed.getMessage());
        }
    }

    private static ProtocolViolationException violation(String what) {
        return new ProtocolViolationException(Secio.PROTOCOL, what);
    }
}
