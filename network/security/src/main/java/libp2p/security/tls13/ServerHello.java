package libp2p.security.tls13;

import java.util.Arrays;
import java.util.HexFormat;

/** The answer to a {@link ClientHello}, and HelloRetryRequest, which looks the same (RFC 8446, section 4.1.3). */
record ServerHello(byte[] random, byte[] sessionId, int suite, Extensions extensions) {
    /** The random value that marks a HelloRetryRequest. */
    private static final byte[] RETRY =
            HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

    /** @param group of which the client is to send a share */
    static ServerHello retry(byte[] sessionId, CipherSuite suite, int group) {
        Extensions extensions = new Extensions()
                .put(Extensions.SUPPORTED_VERSIONS, version())
                .put(Extensions.KEY_SHARE, new WireWriter().uint16(group).toByteArray());
        return new ServerHello(RETRY, sessionId, suite.code(), extensions);
    }

    static byte[] version() {
        return new WireWriter().uint16(Extensions.TLS_1_3).toByteArray();
    }

    boolean isRetry() {
        return Arrays.equals(random, RETRY);
    }

    byte[] encode() {
        WireWriter body = new WireWriter()
                .uint16(ClientHello.LEGACY_VERSION)
                .bytes(random)
                .vector(1, sessionId)
                .uint16(suite)
                .uint8(0);
        extensions.write(body);
        return HandshakeType.message(HandshakeType.SERVER_HELLO, body.toByteArray());
    }

    static ServerHello decode(byte[] message) throws TlsException {
        WireReader in = HandshakeType.body(message);
        if (in.uint16() != ClientHello.LEGACY_VERSION) {
            throw new TlsException(Alert.PROTOCOL_VERSION, "the remote peer does not speak TLS 1.3");
        }
        byte[] random = in.bytes(ClientHello.RANDOM);
        byte[] sessionId = in.vector(1).rest();
        int suite = in.uint16();
        if (in.uint8() != 0) {
            throw new TlsException(Alert.ILLEGAL_PARAMETER, "compression was chosen");
        }
        if (!in.hasRemaining()) {
            throw new TlsException(Alert.PROTOCOL_VERSION, "the remote peer does not speak TLS 1.3");
        }
        Extensions extensions = Extensions.read(in);
        in.expectEnd();
        return new ServerHello(random, sessionId, suite, extensions);
    }
}
