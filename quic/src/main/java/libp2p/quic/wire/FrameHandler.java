package libp2p.quic.wire;

/**
 * Takes the frames of a packet in their order, values checked only as far as a frame alone can tell. Arrays and the
 * frame of acknowledgements are valid during the call.
 */
public interface FrameHandler {
    void ack(AckFrame ack) throws TransportException;

    void crypto(long offset, byte[] bytes, int at, int length) throws TransportException;

    void stream(long id, long offset, byte[] bytes, int at, int length, boolean fin) throws TransportException;

    /** @param reliableSize how many bytes are delivered all the same; 0 for RESET_STREAM */
    void resetStream(long id, long code, long finalSize, long reliableSize) throws TransportException;

    void stopSending(long id, long code) throws TransportException;

    void newToken(byte[] token) throws TransportException;

    void maxData(long maximum) throws TransportException;

    void maxStreamData(long id, long maximum) throws TransportException;

    void maxStreams(boolean bidirectional, long maximum) throws TransportException;

    void streamDataBlocked(long id) throws TransportException;

    void newConnectionId(long sequence, long retirePriorTo, ConnectionId id, byte[] resetToken)
            throws TransportException;

    void retireConnectionId(long sequence) throws TransportException;

    void pathChallenge(long data) throws TransportException;

    void pathResponse(long data) throws TransportException;

    /** @param application whether the code is the application's */
    void connectionClose(boolean application, long code, String reason) throws TransportException;

    void handshakeDone() throws TransportException;

    void datagram(byte[] bytes, int at, int length) throws TransportException;
}
