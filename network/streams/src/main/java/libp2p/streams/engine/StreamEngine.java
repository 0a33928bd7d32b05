package libp2p.streams.engine;

import java.nio.ByteBuffer;

/**
 * The state machine of one stream. Every method returns at once and needs the lock of the connection. Error codes are
 * those of the wire, which {@link EngineStreams} translates.
 */
public interface StreamEngine {
    /** Unique among the streams of the connection. */
    long id();

    // ---- receiving

    /** Whether {@link #read} would return something. */
    boolean isReadable();

    /** Moves bytes that are there into the target; returns their number, 0 if none is there now or ever will be. */
    int read(ByteBuffer target);

    /**
     * The first bytes where they lie, if {@link #isReadable}. They stay what they are, without the lock too, until
     * {@link #giveBack}; nothing is read meanwhile.
     *
     * @param most bytes, at least 1
     */
    ByteBuffer lend(int most);

    /** All that was lent counts as read, unless it was thrown away meanwhile. */
    void giveBack(int count);

    /** Whether everything up to FIN was read. */
    boolean isAtEnd();

    /** Whether FIN has come with all before it, read or not. */
    boolean isWhole();

    /** Whether nothing more will be read, whatever the reason. */
    boolean hasReceivingEnded();

    /** The code with which the remote has reset what it sends, once all that it promised was read; else -1. */
    long remoteReset();

    /** Reads nothing more and tells the remote so, unless everything has come. */
    void stopSending(long code);

    // ---- sending

    /** Number of bytes that {@link #write} would take now. */
    int room();

    /** Number of bytes that may be written and not acknowledged, whatever the path. */
    int queue();

    /** Takes as many bytes as there is room for and returns their number. */
    int write(ByteBuffer source);

    /** FIN follows what was written. */
    void finish();

    /** Gives up sending: bytes that are not acknowledged may be lost. */
    void reset(long code);

    /** The code with which the remote has asked not to be sent more, or -1. */
    long remoteStop();

    /** Whether FIN, or a reset, has arrived with everything before it. */
    boolean hasSendingEnded();

    /** Whether everything up to FIN was acknowledged. */
    boolean isDelivered();

    /** 0 for what goes before all else, 1 for what is usual, 2 for what may wait. */
    void priority(int value);
}
