package libp2p.quic.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.quic.recovery.SentFrame;
import libp2p.quic.recovery.SentPacket;
import libp2p.quic.wire.FrameOutput;
import libp2p.quic.wire.FrameType;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import libp2p.quic.wire.TransportParameterId;
import libp2p.quic.wire.TransportParameters;
import org.jspecify.annotations.Nullable;

/**
 * All streams of a connection: which there are and may be, the credit that they share, and whose turn it is to send.
 * A lost packet holds back its own stream alone: there is no head-of-line blocking between streams.
 * One thread at a time, the lock of the connection.
 */
public final class Streams {
    private static final int UNI = 2;
    private static final int CONTROL_ROOM = 40;
    /** Bytes of a stream before it is the next one's turn, so that a call of the system wakes one reader over there. */
    private static final int TURN = 16 << 10;

    /** Asked before a window grows, since its memory belongs to a scope. */
    @FunctionalInterface
    public interface Memory {
        /** Whether so many more bytes may be held. */
        boolean grow(long bytes);
    }

    private final boolean client;
    private final QuicStreamLimits limits;
    private final StreamChunks chunks;
    private final Map<Long, QuicStream> open = new HashMap<>();
    private final SendQueue sendable = new SendQueue();
    private final StreamFrames pieces = new StreamFrames();
    private final SendReserve reserve;
    private final Gaps gaps = new Gaps();
    private final ArrayDeque<QuicStream> controls = new ArrayDeque<>(1);
    private final ArrayDeque<QuicStream> touched = new ArrayDeque<>(1);
    private final ArrayDeque<QuicStream> arrived = new ArrayDeque<>(1);
    private final ReceiveWindow window;
    private final StreamCount[] remoteOpened;
    private final LocalStreams local = new LocalStreams();
    private Memory memory = bytes -> true;
    private @Nullable QuicStream last;
    private @Nullable QuicStream onTurn;
    private long turnEnds;
    private TransportParameters remote = new TransportParameters();
    private long sendCredit;
    private long sent;
    private long received;
    private long buffered;
    private long time;
    private boolean creditDue;

    /** @param chunks where bytes are kept */
    public Streams(boolean client, QuicStreamLimits limits, StreamChunks chunks) {
        this.client = client;
        this.chunks = chunks;
        this.limits = limits;
        this.reserve = new SendReserve(limits.sendQueue(), limits.largestSendReserve());
        this.window = new ReceiveWindow(limits.window(), limits.largestWindow());
        this.remoteOpened = new StreamCount[] {new StreamCount(limits.streams()), new StreamCount(limits.uniStreams())};
    }

    /** The following actions happen at this time. */
    public void at(long now) {
        time = now;
    }

    /** When {@link #timeout} is to be called, or {@code Long.MAX_VALUE}. */
    public long nextTimeout() {
        return Math.min(remoteOpened[0].nextTimeout(), remoteOpened[1].nextTimeout());
    }

    /** Credit for streams may be due. */
    public void timeout(long now) {
        remoteOpened[0].timeout(now);
        remoteOpened[1].timeout(now);
    }

    /** The memory budget that is asked before windows grow. */
    public void memory(Memory value) {
        memory = value;
    }

    /** The remote has told its limits. */
    public void remoteParameters(TransportParameters parameters) {
        remote = parameters;
        sendCredit = Math.max(sendCredit, parameters.number(TransportParameterId.INITIAL_MAX_DATA));
        local.allow(0, parameters.number(TransportParameterId.INITIAL_MAX_STREAMS_BIDI));
        local.allow(1, parameters.number(TransportParameterId.INITIAL_MAX_STREAMS_UNI));
    }

    /** Whether the remote knows RESET_STREAM_AT (draft-ietf-quic-reliable-stream-reset). */
    public boolean remoteTakesResetAt() {
        return remote.takesResetStreamAt();
    }

    StreamChunks chunks() {
        return chunks;
    }

    Gaps gaps() {
        return gaps;
    }

    StreamFrames pieces() {
        return pieces;
    }

    SendReserve reserve() {
        return reserve;
    }

    /** The path takes so many bytes before it answers: streams with more to write may hold as much. */
    public void congestionWindow(long bytes, long roundTrip) {
        reserve.follow(bytes, roundTrip, memory);
    }

    /** Bytes that are held for the remote, or may be by the memory budget. */
    public long reserved() {
        return Math.max(buffered, reserve.reserved());
    }

    boolean isLocal(long id) {
        return (id & 1) == 0 == client;
    }

    /** Number of streams that are not over. */
    public int count() {
        return open.size();
    }

    /** The streams that are not over. */
    public List<QuicStream> all() {
        return new ArrayList<>(open.values());
    }

    /** Bytes that were written and not acknowledged. */
    public long buffered() {
        return buffered;
    }

    void buffered(int change) {
        buffered += change;
        if (buffered == 0) {
            reserve.release();
        }
    }

    /** Bytes that the remote may have sent and that were not read. */
    public long window() {
        return window.size();
    }

    /** Bytes of the chunks that hold what has come and was not read. */
    public long held() {
        return gaps.held();
    }

    /** Bytes of chunks that are held for the remote beyond its window: those with few bytes in each. */
    public long beyondWindow() {
        return Math.max(0, gaps.held() - window.size());
    }

    /** Whether one more stream may be opened: the remote allows it, and has not left too many without an end. */
    public boolean mayOpen(boolean bidirectional) {
        return local.mayOpen(bidirectional ? 0 : 1);
    }

    /**
     * Opens a stream; the remote hears of it with its first frame.
     *
     * @throws IllegalStateException unless {@link #mayOpen}
     */
    public QuicStream open(boolean bidirectional) {
        if (!mayOpen(bidirectional)) {
            throw new IllegalStateException("no more streams may be opened");
        }
        int kind = bidirectional ? 0 : 1;
        long id = local.open(kind) << 2 | kind << 1 | (client ? 0 : 1);
        long credit = remote.number(
                bidirectional
                        ? TransportParameterId.INITIAL_MAX_STREAM_DATA_BIDI_REMOTE
                        : TransportParameterId.INITIAL_MAX_STREAM_DATA_UNI);
        return begin(id, true, bidirectional, credit);
    }

    private QuicStream begin(long id, boolean sends, boolean receives, long credit) {
        ReceiveWindow its = new ReceiveWindow(limits.streamWindow(), limits.largestStreamWindow());
        QuicStream stream = new QuicStream(this, id, sends, receives, credit, its);
        open.put(id, stream);
        return stream;
    }

    /** The next stream that the remote has opened, or null. */
    public @Nullable QuicStream pollArrived() {
        return arrived.pollFirst();
    }

    /** The next stream of which something has changed: that can be read or written on, or has ended; or null. */
    public @Nullable QuicStream pollTouched() {
        QuicStream stream = touched.pollFirst();
        if (stream != null) {
            stream.isTouched = false;
        }
        return stream;
    }

    /** Whether more streams may be opened than when this was asked last. */
    public boolean pollAllowed() {
        return local.pollChanged();
    }

    /** The stream that a frame of the remote is for, or null if it is over. */
    private @Nullable QuicStream find(long id, boolean forReceiving) throws TransportException {
        boolean ours = isLocal(id);
        if ((id & UNI) != 0 && ours == forReceiving) {
            throw new TransportException(
                    TransportError.STREAM_STATE_ERROR, "a frame for the other direction of stream " + id);
        }
        QuicStream recent = last;
        if (recent != null && recent.id() == id && !recent.isGone) {
            return recent;
        }
        QuicStream stream = open.get(id);
        if (stream == null) {
            int kind = (id & UNI) == 0 ? 0 : 1;
            if (ours) {
                if (!local.wasOpened(kind, id >> 2)) {
                    throw new TransportException(
                            TransportError.STREAM_STATE_ERROR, "stream " + id + " was never opened");
                }
                return null;
            }
            stream = admit(id, kind);
        }
        last = stream;
        return stream;
    }

    private @Nullable QuicStream admit(long id, int kind) throws TransportException {
        long index = id >> 2;
        StreamCount count = remoteOpened[kind];
        if (index < count.opened) {
            return null;
        }
        if (index >= count.allowed()) {
            throw new TransportException(
                    TransportError.STREAM_LIMIT_ERROR,
                    "stream " + id + " is more than the " + count.allowed() + " that are allowed");
        }
        QuicStream stream = null;
        while (count.opened <= index) {
            long credit = kind == 0 ? remote.number(TransportParameterId.INITIAL_MAX_STREAM_DATA_BIDI_LOCAL) : 0;
            stream = begin(count.opened++ << 2 | id & 3, kind == 0, true, credit);
            arrived.addLast(stream);
        }
        return stream;
    }

    // ---- frames of the remote

    /**
     * Takes a STREAM frame; {@code bytes} are copied. Throws a STREAM_STATE_ERROR, STREAM_LIMIT_ERROR,
     * FLOW_CONTROL_ERROR or FINAL_SIZE_ERROR of the remote.
     */
    public void stream(long id, long offset, byte[] bytes, int at, int length, boolean fin) throws TransportException {
        QuicStream stream = find(id, true);
        if (stream != null) {
            stream.take(offset, bytes, at, length, fin);
        }
    }

    /**
     * Takes a RESET_STREAM or RESET_STREAM_AT frame; {@code reliable} is the number of bytes that are still delivered,
     * 0 for the former.
     */
    public void resetStream(long id, long code, long finalSize, long reliable) throws TransportException {
        QuicStream stream = find(id, true);
        if (stream != null) {
            stream.takeReset(code, finalSize, reliable);
        }
    }

    /** Takes a STOP_SENDING frame: the sending part is reset with the same code. */
    public void stopSending(long id, long code) throws TransportException {
        QuicStream stream = find(id, false);
        if (stream != null) {
            stream.sending.remoteStops(code);
        }
    }

    /** Takes a MAX_STREAM_DATA frame; a smaller limit than before changes nothing. */
    public void maxStreamData(long id, long limit) throws TransportException {
        QuicStream stream = find(id, false);
        if (stream != null) {
            stream.sending.credit(limit);
        }
    }

    /** Says only that the stream exists. */
    public void streamDataBlocked(long id) throws TransportException {
        find(id, true);
    }

    /** Takes a MAX_DATA frame; a smaller limit than before changes nothing. */
    public void maxData(long limit) {
        sendCredit = Math.max(sendCredit, limit);
    }

    /** Takes a MAX_STREAMS frame; a smaller limit than before changes nothing. */
    public void maxStreams(boolean bidirectional, long limit) {
        local.allow(bidirectional ? 0 : 1, limit);
    }

    void connectionReceived(long bytes) throws TransportException {
        received += bytes;
        if (received > window.limit()) {
            throw new TransportException(
                    TransportError.FLOW_CONTROL_ERROR, "more than the credit of " + window.limit() + " bytes");
        }
    }

    void consumed(long bytes) {
        window.consume(bytes);
        creditDue |= window.isUpdateDue();
    }

    void connectionSent(long bytes) {
        sent += bytes;
    }

    // ---- queues

    void touch(QuicStream stream) {
        if (!stream.isTouched) {
            stream.isTouched = true;
            touched.addLast(stream);
        }
    }

    void sendable(QuicStream stream) {
        if (!stream.isSendQueued && !stream.isGone) {
            sendable.add(stream);
        }
    }

    void control(QuicStream stream) {
        if (!stream.isControlQueued) {
            stream.isControlQueued = true;
            controls.addLast(stream);
        }
    }

    /** Forgets a stream both of whose ways have ended. */
    void settle(QuicStream stream) {
        if (!stream.isOver() || stream.isGone) {
            return;
        }
        stream.isGone = true;
        open.remove(stream.id());
        last = last == stream ? null : last;
        onTurn = onTurn == stream ? null : onTurn;
        if (open.isEmpty()) {
            pieces.rest();
        }
        touch(stream);
        if (stream.isLocal()) {
            local.ended();
        } else {
            remoteOpened[(stream.id() & UNI) == 0 ? 0 : 1].ended(stream.isCutShort(), time);
        }
    }

    // ---- sending

    /** Whether something of streams waits to be sent. */
    public boolean wantsToSend() {
        return hasControl() || sendable.wantsToSend(sendCredit - sent);
    }

    /** Whether credit, a reset or the like waits to be sent. */
    public boolean hasControl() {
        return creditDue || !controls.isEmpty() || remoteOpened[0].isUpdateDue() || remoteOpened[1].isUpdateDue();
    }

    /**
     * Writes what is due into a packet: control frames first, then data of the streams, by priority and in turn.
     *
     * @param frames what the packet carries so far
     * @return the same with what was added
     */
    public @Nullable SentFrame send(FrameOutput out, @Nullable SentFrame frames, long roundTrip, long now) {
        SentFrame list = hasControl() ? sendControl(out, frames, roundTrip, now) : frames;
        for (int priority = 0; priority < SendQueue.PRIORITIES && out.remaining() > 3; priority++) {
            ArrayDeque<QuicStream> queue = sendable.queue(priority);
            list = queue.isEmpty() ? list : sendData(queue, out, list);
        }
        return list;
    }

    private @Nullable SentFrame sendData(ArrayDeque<QuicStream> queue, FrameOutput out, @Nullable SentFrame frames) {
        SentFrame list = frames;
        for (int left = queue.size(); left > 0 && out.remaining() > 3; left--) {
            QuicStream stream = queue.peekFirst();
            if (stream == null) {
                break;
            }
            if (stream != onTurn) {
                onTurn = stream;
                turnEnds = sent + TURN;
            }
            SentFrame piece = stream.sending.send(out, sendCredit - sent);
            boolean more = stream.sending.wantsToSend(sendCredit - sent);
            if (piece != null) {
                list = SentPacket.link(piece, list);
            }
            if (piece != null && more && (queue.size() == 1 || sent < turnEnds) && sendCredit > sent) {
                break; // the packet is full, and it is this stream's turn again
            }
            if (piece != null || !more || sendCredit == sent) {
                queue.pollFirst();
                onTurn = null;
                stream.isSendQueued = false;
                if (more || sendCredit == sent && stream.sending.wantsToSend(1)) {
                    sendable.add(stream);
                }
            } else {
                break; // no room
            }
        }
        return list;
    }

    private @Nullable SentFrame sendControl(FrameOutput out, @Nullable SentFrame frames, long roundTrip, long now) {
        SentFrame list = frames;
        if (creditDue && out.remaining() >= CONTROL_ROOM) {
            grow(window, roundTrip, now);
            out.uint8(FrameType.MAX_DATA).varint(window.update());
            creditDue = false;
            list = SentPacket.link(SentFrame.again(() -> creditDue = true), list);
        }
        for (int kind = 0; kind < remoteOpened.length; kind++) {
            StreamCount count = remoteOpened[kind];
            if (count.isUpdateDue() && out.remaining() >= CONTROL_ROOM) {
                int type = kind == 0 ? FrameType.MAX_STREAMS_BIDI : FrameType.MAX_STREAMS_UNI;
                out.uint8(type).varint(count.update());
                list = SentPacket.link(SentFrame.again(() -> count.lost()), list);
            }
        }
        while (!controls.isEmpty() && out.remaining() >= CONTROL_ROOM) {
            QuicStream stream = controls.pollFirst();
            stream.isControlQueued = false;
            list = sendControl(stream, out, list, roundTrip, now);
        }
        return list;
    }

    private @Nullable SentFrame sendControl(
            QuicStream stream, FrameOutput out, @Nullable SentFrame frames, long roundTrip, long now) {
        SentFrame list = frames;
        if (stream.sending.resetDue) {
            SentFrame reset = stream.sending.sendReset(out);
            if (reset != null) {
                list = SentPacket.link(reset, list);
            }
        }
        if (stream.stopDue && !stream.hasReceivingEnded() && out.remaining() >= CONTROL_ROOM) {
            stream.stopDue = false;
            out.uint8(FrameType.STOP_SENDING).varint(stream.id()).varint(stream.stopCode());
            list = SentPacket.link(SentFrame.again(stream::stopLost), list);
        }
        if (stream.creditDue && !stream.hasReceivingEnded() && out.remaining() >= CONTROL_ROOM) {
            stream.creditDue = false;
            grow(stream.window, roundTrip, now);
            out.uint8(FrameType.MAX_STREAM_DATA).varint(stream.id()).varint(stream.window.update());
            list = SentPacket.link(SentFrame.again(stream::creditLost), list);
        }
        if (stream.sending.resetDue || stream.stopDue || stream.creditDue && !stream.hasReceivingEnded()) {
            control(stream);
        }
        return list;
    }

    /** The window of the connection is what may be held in all, so it alone is asked for. */
    private void grow(ReceiveWindow its, long roundTrip, long now) {
        long wanted = its.wanted(roundTrip, now);
        if (wanted > its.size() && (its != window || memory.grow(wanted - its.size()))) {
            its.size(wanted);
        }
    }
}
