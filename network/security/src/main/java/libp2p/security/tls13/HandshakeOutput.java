package libp2p.security.tls13;

/** Takes what a handshake wants to be done, in this order. TCP and QUIC do it each in its own way. */
public interface HandshakeOutput {
    /** Protection of messages: none at first, then the handshake's own keys, and those of the application. */
    enum Level {
        INITIAL,
        HANDSHAKE,
        APPLICATION
    }

    /** Sends a message under the latest sending keys. */
    void send(byte[] message);

    /** Everything sent from now on is protected by a secret, which the taker owns. */
    void sendUnder(Level level, CipherSuite suite, byte[] secret);

    /**
     * Everything received from now on is protected by a secret, which the taker owns.
     *
     * @throws TlsException if bytes under the old keys are left
     */
    void receiveUnder(Level level, CipherSuite suite, byte[] secret) throws TlsException;
}
