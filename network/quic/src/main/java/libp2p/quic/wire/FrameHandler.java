package libp2p.quic.wire;

/**
 * Takes the frames of a packet in their order, values checked only as far as a frame alone can tell. Arrays and the
 * frame of acknowledgements are valid during the call.
 */
public interface FrameHandler {
    /** ACK: the frame is reused, so the handler keeps nothing of it. */
    void ack(AckFrame ack) throws TransportException;

    /** CRYPTO: a part of {@code bytes}, which is valid during the call alone. */
    void crypto(long offset, byte[] bytes, int at, int length) throws TransportException;

    /** STREAM: a part of {@code bytes}, which is valid during the call alone. */
    void stream(long id, long offset, byte[] bytes, int at, int length, boolean fin) throws TransportException;

    /** @param reliableSize how many bytes are delivered all the same; 0 for RESET_STREAM */
    void resetStream(long id, long code, long finalSize, long reliableSize) throws TransportException;

    /** STOP_SENDING with a code of the application. */
    void stopSending(long id, long code) throws TransportException;

    /** NEW_TOKEN, for a later connection to the same server. */
    void newToken(byte[] token) throws TransportException;

    /** MAX_DATA: bytes over all streams. */
    void maxData(long maximum) throws TransportException;

    /** MAX_STREAM_DATA: bytes on one stream. */
    void maxStreamData(long id, long maximum) throws TransportException;

    /** MAX_STREAMS of one direction. */
    void maxStreams(boolean bidirectional, long maximum) throws TransportException;

    /** STREAM_DATA_BLOCKED: the remote would send more on this stream than so many bytes. */
    void streamDataBlocked(long id, long limit) throws TransportException;

    /** PING, which asks for an acknowledgement alone. */
    default void ping() {}

    /** DATA_BLOCKED: the remote would send more than so many bytes, over all streams. */
    default void dataBlocked(long limit) {}

    /** STREAMS_BLOCKED: the remote would open more streams than so many. */
    default void streamsBlocked(boolean bidirectional, long limit) {}

    /** So many bytes of PADDING in a row. */
    default void padding(int length) {}

    /** NEW_CONNECTION_ID with its token of 16 bytes for stateless resets. */
    void newConnectionId(long sequence, long retirePriorTo, ConnectionId id, byte[] resetToken)
            throws TransportException;

    /** RETIRE_CONNECTION_ID of an id that was given to the remote. */
    void retireConnectionId(long sequence) throws TransportException;

    /** PATH_CHALLENGE with the 8 bytes to be sent back. */
    void pathChallenge(long data) throws TransportException;

    /** PATH_RESPONSE with the 8 bytes of a challenge. */
    void pathResponse(long data) throws TransportException;

    /** @param application whether the code is the application's */
    void connectionClose(boolean application, long code, String reason) throws TransportException;

    /** HANDSHAKE_DONE, which only a server may send. */
    void handshakeDone() throws TransportException;

    /** DATAGRAM: a part of {@code bytes}, which is valid during the call alone. */
    void datagram(byte[] bytes, int at, int length) throws TransportException;
}
