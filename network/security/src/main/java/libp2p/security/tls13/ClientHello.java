package libp2p.security.tls13;

import java.util.Arrays;

/**
 * The first message (RFC 8446, section 4.1.2).
 *
 * @param suites the list of cipher suites as it stands
 */
record ClientHello(byte[] random, byte[] sessionId, byte[] suites, Extensions extensions) {
    static final int RANDOM = 32;
    /** The version that all hellos tell for the sake of old middle boxes. */
    static final int LEGACY_VERSION = 0x0303;

    private static final int MAX_SESSION_ID = 32;
    private static final byte[] NO_COMPRESSION = {0};

    byte[] encode() {
        WireWriter body = new WireWriter()
                .uint16(LEGACY_VERSION)
                .bytes(random)
                .vector(1, sessionId)
                .vector(2, suites)
                .vector(1, NO_COMPRESSION);
        extensions.write(body);
        return HandshakeType.message(HandshakeType.CLIENT_HELLO, body.toByteArray());
    }

    static ClientHello decode(byte[] message) throws TlsException {
        WireReader in = HandshakeType.body(message);
        in.uint16(); // says nothing since TLS 1.3
        byte[] random = in.bytes(RANDOM);
        byte[] sessionId = in.vector(1).rest();
        byte[] suites = in.vector(2).rest();
        byte[] compression = in.vector(1).rest();
        if (!in.hasRemaining()) {
            throw new TlsException(Alert.PROTOCOL_VERSION, "a ClientHello without extensions, older than TLS 1.3");
        }
        Extensions extensions = Extensions.read(in);
        in.expectEnd();
        if (sessionId.length > MAX_SESSION_ID) {
            throw new TlsException(Alert.DECODE_ERROR, "a session id of " + sessionId.length + " bytes");
        }
        byte[] versions = extensions.get(Extensions.SUPPORTED_VERSIONS);
        if (versions == null || !Extensions.contains(new WireReader(versions), 1, Extensions.TLS_1_3)) {
            throw new TlsException(Alert.PROTOCOL_VERSION, "the remote peer does not speak TLS 1.3");
        }
        if (!Arrays.equals(compression, NO_COMPRESSION)) {
            throw new TlsException(Alert.ILLEGAL_PARAMETER, "compression was offered");
        }
        return new ClientHello(random, sessionId, suites, extensions);
    }

    /** The first of this side's suites that is offered. */
    CipherSuite commonSuite() throws TlsException {
        for (CipherSuite suite : CipherSuite.values()) {
            WireReader offered = new WireReader(suites);
            while (offered.hasRemaining()) {
                if (offered.uint16() == suite.code()) {
                    return suite;
                }
            }
        }
        throw new TlsException(Alert.HANDSHAKE_FAILURE, "no cipher suite in common");
    }

    /** Whether this may follow the other after a HelloRetryRequest: only extensions may differ. */
    boolean repeats(ClientHello first) {
        return Arrays.equals(random, first.random)
                && Arrays.equals(sessionId, first.sessionId)
                && Arrays.equals(suites, first.suites);
    }
}
