package libp2p.muxers.yamux;

import java.io.IOException;
import libp2p.core.connection.ErrorCode;
import libp2p.muxers.MuxerLimits;
import libp2p.streams.FlushTurn;
import libp2p.streams.MuxerStream;
import libp2p.streams.RecordWriter;
import org.jspecify.annotations.Nullable;

/** A stream with a window each way. */
final class YamuxStream extends MuxerStream {
    /** The most credit that fits into the length of a frame, and so the most that a peer may ever hold. */
    private static final long MOST_CREDIT = 0xffff_ffffL;

    private final YamuxConnection connection;
    private final long id;
    private final ReceiveWindow window;
    private long sendCredit;
    private int opening;
    private long dueCredit;

    /** @param charged bytes of memory that were charged for it */
    YamuxStream(YamuxConnection connection, long id, boolean outbound, long charged) {
        super(connection, outbound, charged);
        this.connection = connection;
        this.id = id;
        this.window = new ReceiveWindow(
                MuxerLimits.Yamux.INITIAL_WINDOW,
                connection.own().window(),
                connection.environment().nanoTime());
        this.sendCredit = MuxerLimits.Yamux.INITIAL_WINDOW;
        this.opening = outbound ? Frame.SYN : 0;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    protected long key() {
        return id;
    }

    @Override
    protected void accepted() {
        opening = Frame.ACK;
        connection.announce(this);
    }

    @Override
    protected long credit() {
        return sendCredit;
    }

    @Override
    protected void consumed(int count, @Nullable FlushTurn turn) {
        if (window.consumed(count) && state().isReceiving()) {
            long now = connection.environment().nanoTime();
            dueCredit +=
                    window.credit(now, connection.roundTripNanos(window.size(), turn), unread(), this::tryChargeWindow);
            connection.control(this, turn);
        }
    }

    private boolean tryChargeWindow(long bytes) {
        return !state().isDiscarding() && tryCharge(bytes);
    }

    // ------------------------------------------------------------------ the reading thread

    /**
     * The header of a data frame came.
     *
     * @return whether the payload is wanted
     */
    boolean beginFrame(long length) throws IOException {
        lock();
        try {
            if (state().isReceiving()) {
                if (!window.received(length)) {
                    throw connection.broken(
                            "stream " + id + " sent a frame of " + length + " bytes, more than its window allows");
                }
                return true;
            }
            if (length == 0 || !state().isRemoteFinished()) {
                return false;
            }
        } finally {
            unlock();
        }
        reset(ErrorCode.STREAM_PROTOCOL_VIOLATION); // data after FIN
        return false;
    }

    /** A stream window update came. */
    void addCredit(long delta) throws IOException {
        if (delta == 0) {
            return;
        }
        lock();
        try {
            if (delta > MOST_CREDIT - sendCredit) {
                throw connection.broken("the credit of stream " + id + " exceeds 2^32 - 1");
            }
            sendCredit += delta;
            sendIfPossible();
        } finally {
            unlock();
        }
    }

    // ------------------------------------------------------------------ the writer thread

    /** Sends the stream window update that is due, and then data. */
    @Override
    protected boolean send(RecordWriter out, boolean data) throws IOException {
        boolean reset;
        int flags;
        long grant;
        int count;
        boolean fin;
        lock();
        try {
            reset = state().resetPending();
            if (!reset && (state().isReset() || (state().isForgotten() && !state().isAnnounced()))) {
                return false;
            }
            flags = opening;
            opening = 0;
            state().announce();
            grant = dueCredit;
            dueCredit = 0;
            count = data && !reset ? beginData(Frame.PAYLOAD) : 0;
            sendCredit -= count;
            fin = !reset && count == 0 && takeFin();
        } finally {
            unlock();
        }
        if (reset) {
            return sendReset(out);
        }
        if (flags != 0 || grant > 0) {
            out.put(Frame.head(Frame.WINDOW_UPDATE, flags, id), (int) grant);
        }
        if (count > 0) {
            return sendData(out, count);
        }
        return fin && sendFin(out);
    }

    private boolean sendReset(RecordWriter out) throws IOException {
        out.put(Frame.head(Frame.WINDOW_UPDATE, Frame.RST, id), (int) resetCode());
        resetWritten();
        return false;
    }

    private boolean sendData(RecordWriter out, int count) throws IOException {
        boolean fin;
        boolean more;
        try {
            out.put(Frame.head(Frame.DATA, 0, id), count);
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
        out.put(Frame.head(Frame.WINDOW_UPDATE, Frame.FIN, id), 0);
        settle();
        return false;
    }
}
