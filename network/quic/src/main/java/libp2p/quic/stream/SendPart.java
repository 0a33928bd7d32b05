package libp2p.quic.stream;

import java.nio.ByteBuffer;
import libp2p.quic.recovery.SentFrame;
import libp2p.quic.wire.FrameOutput;
import libp2p.quic.wire.FrameType;
import org.jspecify.annotations.Nullable;

/** The sending part of a stream (RFC 9000, section 3.1). */
final class SendPart {
    private static final long NOT_KNOWN = -1;
    private static final int LEAST_DATA = 1;

    private final QuicStream stream;
    private final SendBuffer buffer;
    private long credit;
    private boolean finished;
    private boolean finSent;
    private boolean finLost;
    private boolean finAcknowledged;
    private long resetCode = NOT_KNOWN;
    private long resetSize;
    private long reliable;
    private boolean resetAcknowledged;
    private long remoteStop = NOT_KNOWN;
    private boolean over;
    boolean resetDue;

    SendPart(QuicStream stream, boolean sends, long credit) {
        this.stream = stream;
        this.buffer = new SendBuffer(stream.streams.chunks());
        this.credit = credit;
        this.over = !sends;
    }

    int room() {
        return over || finished || resetCode != NOT_KNOWN
                ? 0
                : stream.streams.reserve().room(buffer.held(), stream.streams.buffered());
    }

    int write(ByteBuffer source) {
        int count = Math.min(source.remaining(), room());
        if (count < source.remaining()) {
            stream.streams.reserve().crowded();
        }
        if (count > 0) {
            buffer.write(source, count);
            stream.streams.buffered(count);
            stream.streams.sendable(stream);
        }
        return count;
    }

    /** Whether this side has given up sending. */
    boolean isReset() {
        return resetCode != NOT_KNOWN;
    }

    /** Number of bytes that were written; after a reset, of those that count. */
    long size() {
        return resetCode == NOT_KNOWN ? buffer.written() : resetSize;
    }

    void finish() {
        if (!over && !finished && resetCode == NOT_KNOWN) {
            finished = true;
            stream.streams.sendable(stream);
        }
    }

    /**
     * Sent bytes stay counted: the final size is the end of what left at least once. Bytes that are reliable and have not
     * left go first, as the credit allows: a final size beyond it would end the connection.
     */
    void reset(long code, long reliableSize) {
        if (over || resetCode != NOT_KNOWN) {
            return;
        }
        resetCode = code;
        reliable = Math.min(reliableSize, buffer.written());
        resetSize = Math.max(buffer.sent(), reliable);
        int before = buffer.held();
        buffer.truncate(reliable);
        stream.streams.buffered(buffer.held() - before);
        finished = true;
        finLost = false;
        if (reliable > buffer.sent()) {
            stream.streams.sendable(stream);
        } else {
            resetIsDue();
        }
    }

    private void resetIsDue() {
        resetDue = true;
        stream.streams.control(stream);
    }

    void remoteStops(long code) {
        if (remoteStop == NOT_KNOWN && !over) {
            remoteStop = code;
            reset(code, 0);
            stream.streams.touch(stream);
        }
    }

    void credit(long limit) {
        if (limit > credit) {
            credit = limit;
            stream.streams.sendable(stream);
        }
    }

    long remoteStop() {
        return remoteStop;
    }

    boolean isOver() {
        return over;
    }

    boolean isDelivered() {
        return finAcknowledged && resetCode == NOT_KNOWN;
    }

    boolean isUndelivered() {
        return !over && resetCode == NOT_KNOWN && (buffer.held() > 0 || finished);
    }

    /** Whether there is something to send now, given so much credit of the connection. */
    boolean wantsToSend(long connectionCredit) {
        if (over) {
            return false;
        }
        if (!buffer.lost().isEmpty() || finLost) {
            return true;
        }
        boolean fresh = buffer.sent() < buffer.written();
        if (fresh) {
            return buffer.sent() < credit && connectionCredit > 0;
        }
        return finished && !finSent && resetCode == NOT_KNOWN;
    }

    /**
     * Writes one STREAM frame.
     *
     * @param connectionCredit how many new bytes may be sent
     * @return what to do when the packet is acknowledged or lost; null if there is nothing to send or no room for it
     */
    @Nullable
    SentFrame send(FrameOutput out, long connectionCredit) {
        RangeSet lost = buffer.lost();
        long offset = lost.isEmpty() ? buffer.sent() : lost.from(0);
        int head = FrameOutput.streamHead(stream.id(), offset, out.remaining());
        int room = out.remaining() - head;
        if (room < LEAST_DATA) {
            return null;
        }
        int length;
        if (lost.isEmpty()) {
            long may = Math.min(Math.min(buffer.written(), credit) - offset, connectionCredit);
            length = (int) Math.max(0, Math.min(may, room));
        } else {
            length = (int) Math.min(lost.to(0) - offset, room);
        }
        boolean fin = finished && resetCode == NOT_KNOWN && offset + length == buffer.written();
        if (length == 0 && !(fin && (!finSent || finLost))) {
            return null;
        }
        out.stream(stream.id(), offset, length, fin);
        buffer.copy(offset, out.bytes(), out.at(), length);
        out.at(out.at() + length);
        if (lost.isEmpty()) {
            buffer.advance(length);
            stream.streams.connectionSent(length);
            if (resetCode != NOT_KNOWN && buffer.sent() == reliable) {
                resetIsDue();
            }
        } else {
            lost.remove(offset, offset + length);
        }
        if (fin) {
            finSent = true;
            finLost = false;
        }
        return stream.streams.pieces().take(this, offset, offset + length, fin);
    }

    /** A range has arrived, with FIN behind it or not. */
    void acknowledged(long from, long to, boolean fin) {
        if (over) {
            return;
        }
        int before = buffer.held();
        buffer.acknowledged(from, resetCode == NOT_KNOWN ? to : Math.min(to, reliable));
        finAcknowledged |= fin;
        stream.streams.buffered(buffer.held() - before);
        if (buffer.held() < before) {
            stream.streams.touch(stream);
        }
        if (finAcknowledged && resetCode == NOT_KNOWN && buffer.held() == 0
                || resetAcknowledged && buffer.acknowledged() >= reliable) {
            end();
        }
    }

    /** A range was lost, with FIN behind it or not. */
    void lost(long from, long to, boolean fin) {
        if (over) {
            return;
        }
        buffer.lost(from, resetCode == NOT_KNOWN ? to : Math.min(to, reliable));
        if (fin && !finAcknowledged && resetCode == NOT_KNOWN) {
            finLost = true;
        }
        stream.streams.sendable(stream);
    }

    private void end() {
        over = true;
        stream.streams.touch(stream);
        stream.streams.settle(stream);
    }

    /** Writes the RESET_STREAM that is due; null if there is no room. */
    @Nullable
    SentFrame sendReset(FrameOutput out) {
        int longest = 1 + 4 * 8;
        if (out.remaining() < longest) {
            return null;
        }
        boolean at = reliable > 0;
        out.uint8(at ? FrameType.RESET_STREAM_AT : FrameType.RESET_STREAM)
                .varint(stream.id())
                .varint(resetCode)
                .varint(resetSize);
        if (at) {
            out.varint(reliable);
        }
        resetDue = false;
        return new SentFrame() {
            @Override
            public void acknowledged() {
                resetAcknowledged = true;
                if (!over && buffer.acknowledged() >= reliable) {
                    end();
                }
            }

            @Override
            public void lost() {
                if (!over && !resetAcknowledged) {
                    resetIsDue();
                }
            }
        };
    }
}
