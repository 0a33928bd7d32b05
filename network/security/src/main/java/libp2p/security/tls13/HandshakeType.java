package libp2p.security.tls13;

/** Numbers of handshake messages (RFC 8446, section 4) and their frame. */
final class HandshakeType {
    static final int CLIENT_HELLO = 1;
    static final int SERVER_HELLO = 2;
    static final int NEW_SESSION_TICKET = 4;
    static final int ENCRYPTED_EXTENSIONS = 8;
    static final int CERTIFICATE = 11;
    static final int CERTIFICATE_REQUEST = 13;
    static final int CERTIFICATE_VERIFY = 15;
    static final int FINISHED = 20;
    static final int KEY_UPDATE = 24;
    static final int MESSAGE_HASH = 254;

    /** Type and length. */
    static final int HEADER = 4;

    private HandshakeType() {}

    static byte[] message(int type, byte[] body) {
        return new WireWriter().uint8(type).vector(3, body).toByteArray();
    }

    static int of(byte[] message) {
        return message[0] & 0xff;
    }

    /** A reader over what follows the header, which must tell the right length. */
    static WireReader body(byte[] message) throws TlsException {
        WireReader in = new WireReader(message);
        in.uint8();
        WireReader body = in.vector(3);
        in.expectEnd();
        return body;
    }
}
