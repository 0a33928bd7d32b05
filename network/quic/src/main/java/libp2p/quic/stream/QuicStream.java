package libp2p.quic.stream;

import java.nio.ByteBuffer;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import libp2p.streams.engine.StreamEngine;

/**
 * One stream: its sending and receiving parts (RFC 9000, section 3). Methods return at once; a caller that has to wait
 * does so for {@link Streams#pollTouched}. One thread at a time, the lock of the connection.
 */
public final class QuicStream implements StreamEngine {
    private static final long NOT_KNOWN = -1;
    private static final int UNI = 2;

    final Streams streams;
    private final long id;
    final SendPart sending;

    // the receiving part
    private final ReceiveBuffer received;
    final ReceiveWindow window;
    private long highest;
    private long finalSize = NOT_KNOWN;
    private long remoteResetCode = NOT_KNOWN;
    private long reliableSize;
    private long stopCode = NOT_KNOWN;
    private boolean receives;
    private boolean receivingOver;
    private boolean discarding;
    /** Whether the remote is told only of what it still sends. */
    private boolean stopHeld;

    private int priority = 1;
    boolean stopDue;
    boolean creditDue;
    boolean isTouched;
    boolean isControlQueued;
    boolean isSendQueued;
    boolean isGone;

    QuicStream(Streams streams, long id, boolean sends, boolean receives, long remoteCredit, ReceiveWindow window) {
        this.streams = streams;
        this.id = id;
        this.receives = receives;
        this.receivingOver = !receives;
        this.window = window;
        this.received = new ReceiveBuffer(streams.chunks(), streams.gaps());
        this.sending = new SendPart(this, sends, remoteCredit);
    }

    /** Id of the stream, with initiator and direction in its two lowest bits (RFC 9000, section 2.1). */
    @Override
    public long id() {
        return id;
    }

    /** Whether both sides may send on it (RFC 9000, section 2.1). */
    public boolean isBidirectional() {
        return (id & UNI) == 0;
    }

    /** Whether the side that this is has opened it. */
    public boolean isLocal() {
        return streams.isLocal(id);
    }

    // ---- receiving

    void take(long offset, byte[] bytes, int at, int length, boolean fin) throws TransportException {
        long end = offset + length;
        if (fin) {
            fixFinalSize(end);
        } else if (finalSize != NOT_KNOWN && end > finalSize) {
            throw new TransportException(TransportError.FINAL_SIZE_ERROR, "data behind the end of a stream");
        }
        advance(end);
        if (receivingOver || remoteResetCode != NOT_KNOWN && offset >= reliableSize) {
            return;
        }
        if (discarding) {
            if (finalSize != NOT_KNOWN) {
                endReceiving();
            }
            return;
        }
        int before = received.available();
        received.add(offset, bytes, at, length);
        if (received.available() > before || fin) {
            streams.touch(this);
        }
    }

    private void fixFinalSize(long size) throws TransportException {
        if (finalSize != NOT_KNOWN && finalSize != size || size < highest) {
            throw new TransportException(TransportError.FINAL_SIZE_ERROR, "the end of a stream has moved");
        }
        finalSize = size;
    }

    /** Counts bytes against both credits, once each. */
    private void advance(long end) throws TransportException {
        if (end <= highest) {
            return;
        }
        if (end > window.limit()) {
            throw new TransportException(
                    TransportError.FLOW_CONTROL_ERROR, "stream " + id + " goes beyond its credit of " + window.limit());
        }
        streams.connectionReceived(end - highest);
        if (discarding || receivingOver) {
            streams.consumed(end - highest);
        }
        highest = end;
        tellHeldStop();
    }

    void takeReset(long code, long size, long reliable) throws TransportException {
        fixFinalSize(size);
        advance(size);
        if (receivingOver) {
            return;
        }
        if (remoteResetCode != NOT_KNOWN) {
            reliableSize = Math.min(reliableSize, reliable);
        } else {
            remoteResetCode = code;
            reliableSize = reliable;
        }
        if (discarding || received.read() >= reliableSize) {
            endReceiving();
        }
        streams.touch(this);
    }

    /** Nothing more is read: bytes that were counted and not read are consumed now. */
    private void endReceiving() {
        if (!receivingOver) {
            receivingOver = true;
            if (!discarding) {
                streams.consumed(highest - received.read());
            }
            received.discard(Math.max(highest, received.read()));
            creditDue = false;
            stopDue = false;
            streams.settle(this);
        }
    }

    /** Reads what there is; 0 if nothing is there now or ever will be. */
    @Override
    public int read(ByteBuffer target) {
        if (receivingOver || discarding) {
            return 0;
        }
        int count = received.read(target, readLimit());
        consumed(count);
        return count;
    }

    /** Offset up to which bytes may be read: a reset takes back all but what was promised. */
    private long readLimit() {
        return remoteResetCode == NOT_KNOWN ? Long.MAX_VALUE : reliableSize;
    }

    private void consumed(int count) {
        if (count > 0) {
            window.consume(count);
            streams.consumed(count);
            if (finalSize == NOT_KNOWN && window.isUpdateDue()) {
                creditDue = true;
                streams.control(this);
            }
        }
        if (isAtEnd() || remoteResetCode != NOT_KNOWN && received.read() >= reliableSize) {
            endReceiving();
        }
    }

    /**
     * The first bytes where they lie, if {@link #isReadable}. They stay what they are, without the lock too, until
     * {@link #giveBack}; nothing is read meanwhile.
     *
     * @param most bytes, at least 1
     */
    @Override
    public ByteBuffer lend(int most) {
        return received.lend(most, readLimit());
    }

    /** All that was lent counts as read, unless it was thrown away meanwhile. */
    @Override
    public void giveBack(int count) {
        if (received.giveBack(count)) {
            consumed(count);
        }
    }

    /** Whether {@link #read} would return something. */
    @Override
    public boolean isReadable() {
        return !receivingOver && !discarding && Math.min(received.contiguous(), readLimit()) > received.read();
    }

    /** Whether everything up to FIN was read. */
    @Override
    public boolean isAtEnd() {
        return finalSize != NOT_KNOWN && remoteResetCode == NOT_KNOWN && received.read() >= finalSize && !discarding;
    }

    /** Whether FIN has come with all before it, read or not. */
    @Override
    public boolean isWhole() {
        return finalSize != NOT_KNOWN && remoteResetCode == NOT_KNOWN && received.contiguous() >= finalSize;
    }

    /** The code with which the remote has reset the stream, when everything reliable was read; else -1. */
    @Override
    public long remoteReset() {
        return remoteResetCode != NOT_KNOWN && received.read() >= reliableSize ? remoteResetCode : NOT_KNOWN;
    }

    /** Whether nothing more will be read. */
    @Override
    public boolean hasReceivingEnded() {
        return receivingOver;
    }

    /** Reads nothing more: drops what waits and what comes, and tells the remote so (STOP_SENDING). */
    @Override
    public void stopSending(long code) {
        ignoreRest(code);
        tellHeldStop();
    }

    /** As {@link #stopSending}, which the remote is told once it sends more than FIN, or by {@link #tellHeldStop}. */
    public void ignoreRest(long code) {
        if (receivingOver || discarding) {
            return;
        }
        long unread = highest - received.read();
        discarding = true;
        received.discard(highest);
        streams.consumed(unread);
        if (finalSize != NOT_KNOWN) {
            endReceiving();
        } else {
            stopCode = code;
            stopHeld = true;
        }
    }

    /** Tells the remote that nothing more is read, if that was held back and is still of use. */
    public void tellHeldStop() {
        if (stopHeld && !receivingOver) {
            stopHeld = false;
            stopDue = true;
            streams.control(this);
        }
    }

    long stopCode() {
        return stopCode;
    }

    /** STOP_SENDING was lost. */
    void stopLost() {
        if (!receivingOver) {
            stopDue = true;
            streams.control(this);
        }
    }

    /** MAX_STREAM_DATA was lost. */
    void creditLost() {
        if (!receivingOver) {
            creditDue = true;
            streams.control(this);
        }
    }

    // ---- sending

    /** Takes as many bytes as there is room for and returns their number. */
    public int write(byte[] source, int offset, int length) {
        return write(ByteBuffer.wrap(source, offset, length));
    }

    /** Takes as many bytes as there is room for and returns their number. */
    @Override
    public int write(ByteBuffer source) {
        return sending.write(source);
    }

    /** Number of bytes that were written; after a reset its final size (RFC 9000, section 4.5). */
    public long writtenSize() {
        return sending.size();
    }

    /** Number of bytes that {@link #write} would take now. */
    @Override
    public int room() {
        return sending.room();
    }

    /** 0 for what goes before all else, 1 for what is usual, 2 for what may wait. */
    @Override
    public void priority(int value) {
        priority = value;
    }

    int priority() {
        return priority;
    }

    /** Number of bytes that may be written and not acknowledged, whatever the path. */
    @Override
    public int queue() {
        return streams.reserve().queue();
    }

    /** FIN follows what was written. */
    @Override
    public void finish() {
        sending.finish();
    }

    /** Gives up sending: bytes that are not acknowledged may be lost (RESET_STREAM). */
    @Override
    public void reset(long code) {
        sending.reset(code, 0);
    }

    /**
     * Gives up sending behind an offset that the remote gets all the same (RESET_STREAM_AT).
     *
     * @throws IllegalStateException if the remote does not take such resets
     */
    public void resetAt(long code, long reliable) {
        if (reliable > 0 && !streams.remoteTakesResetAt()) {
            throw new IllegalStateException("the remote peer does not know RESET_STREAM_AT");
        }
        sending.reset(code, reliable);
    }

    /** The code with which the remote has asked not to be sent more, or -1. */
    @Override
    public long remoteStop() {
        return sending.remoteStop();
    }

    /** Whether FIN, or a reset, has arrived with everything before it. */
    @Override
    public boolean hasSendingEnded() {
        return sending.isOver();
    }

    /** Whether everything up to FIN was acknowledged. */
    @Override
    public boolean isDelivered() {
        return sending.isDelivered();
    }

    /** Whether something that was written, or FIN, is not acknowledged yet. */
    public boolean isUndelivered() {
        return sending.isUndelivered();
    }

    /** Whether the remote has reset what it sends. */
    boolean isReset() {
        return remoteResetCode != NOT_KNOWN;
    }

    /** Whether either side has cut the stream short: a remote that wants no more makes this side reset what it sends. */
    boolean isCutShort() {
        return isReset() || sending.isReset();
    }

    boolean isOver() {
        return receivingOver && sending.isOver();
    }

    boolean receives() {
        return receives;
    }
}
