package libp2p.muxers.mplex;

import java.io.IOException;
import libp2p.core.connection.ErrorCode;
import libp2p.streams.FlushTurn;
import libp2p.streams.MuxerStream;
import libp2p.streams.RecordWriter;
import org.jspecify.annotations.Nullable;

/** A stream without flow control: bytes of the remote peer are taken up to a bound, and then the stream is reset. */
final class MplexStream extends MuxerStream {
    /** The first charge of the receive buffer. */
    static final int FIRST_BUFFER = 64 << 10;

    private final MplexConnection connection;
    private final long id;
    private final boolean outbound;
    private boolean opening;
    private long bufferCharged = FIRST_BUFFER;

    MplexStream(MplexConnection connection, long id, boolean outbound, long charged) {
        super(connection, outbound, charged);
        this.connection = connection;
        this.id = id;
        this.outbound = outbound;
        this.opening = outbound;
    }

    /** The key of a stream: both sides may use the same id. */
    static long key(long id, boolean outbound) {
        return id << 1 | (outbound ? 1 : 0);
    }

    @Override
    public long id() {
        return key(id, outbound);
    }

    @Override
    protected long key() {
        return key(id, outbound);
    }

    @Override
    protected void consumed(int count, @Nullable FlushTurn turn) {
        // no writer waits for credit
    }

    @Override
    protected long credit() {
        return Long.MAX_VALUE;
    }

    // ------------------------------------------------------------------ the reading thread

    /**
     * The header of a message came.
     *
     * @return whether the payload is wanted
     */
    boolean beginFrame(long length) {
        long code;
        lock();
        try {
            if (state().isReceiving()) {
                if (state().isDiscarding() || hasRoom(unread() + length)) {
                    return true;
                }
                code = ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED;
            } else if (length > 0 && state().isRemoteFinished()) {
                code = ErrorCode.STREAM_PROTOCOL_VIOLATION; // data after it was closed
            } else {
                return false;
            }
        } finally {
            unlock();
        }
        reset(code);
        return false;
    }

    private boolean hasRoom(long needed) {
        long largest = connection.own().receiveBuffer();
        if (needed > largest) {
            return false;
        }
        if (needed > bufferCharged) {
            long wanted = Math.min(largest, Math.max(needed, bufferCharged * 2)) - bufferCharged;
            if (!tryCharge(wanted)) {
                return false;
            }
            bufferCharged += wanted;
        }
        return true;
    }

    // ------------------------------------------------------------------ the writer thread

    @Override
    protected boolean send(RecordWriter out, boolean data) throws IOException {
        boolean reset;
        boolean open;
        int count;
        boolean fin;
        lock();
        try {
            reset = state().resetPending();
            if (!reset && (state().isReset() || (state().isForgotten() && !state().isAnnounced()))) {
                return false;
            }
            open = opening;
            opening = false;
            state().announce();
            count = data && !reset ? beginData(Frame.PAYLOAD) : 0;
            fin = !reset && count == 0 && takeFin();
        } finally {
            unlock();
        }
        if (open) {
            put(out, Frame.NEW_STREAM, 0);
        }
        if (reset) {
            return sendReset(out);
        }
        if (count > 0) {
            return sendData(out, count);
        }
        return fin && sendFin(out);
    }

    private boolean sendReset(RecordWriter out) throws IOException {
        put(out, Frame.flag(Frame.RESET_RECEIVER, outbound), 0);
        resetWritten();
        return false;
    }

    private boolean sendData(RecordWriter out, int count) throws IOException {
        boolean fin;
        boolean more;
        try {
            put(out, Frame.flag(Frame.MESSAGE_RECEIVER, outbound), count);
            copyData(out, count);
        } finally {
            lock();
            try {
                endData(count);
                fin = takeFin();
                more = isSendable();
            } finally {
                unlock();
            }
        }
        return fin ? sendFin(out) : more;
    }

    private boolean sendFin(RecordWriter out) throws IOException {
        put(out, Frame.flag(Frame.CLOSE_RECEIVER, outbound), 0);
        settle();
        return false;
    }

    private void put(RecordWriter out, int flag, int length) throws IOException {
        out.putVarint(Frame.header(flag, id));
        out.putVarint(length);
    }
}
