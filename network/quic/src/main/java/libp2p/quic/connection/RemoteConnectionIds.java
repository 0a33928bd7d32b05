package libp2p.quic.connection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import libp2p.crypto.ConstantTime;
import libp2p.quic.recovery.SentFrame;
import libp2p.quic.recovery.SentPacket;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.FrameOutput;
import libp2p.quic.wire.FrameType;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import org.jspecify.annotations.Nullable;

/** The ids by which this side addresses the remote (RFC 9000, section 5.1.2). Under the lock of the connection. */
final class RemoteConnectionIds {
    /** Ids that are kept in store, as is told in active_connection_id_limit. */
    static final int LIMIT = 4;

    private static final int MAX_RETIREMENTS = 3 * LIMIT;
    private static final int MAX_GAPS = 64;
    private static final int FRAME = 9;
    private static final int TOKEN = 16;

    private record Given(long sequence, ConnectionId id, byte @Nullable [] token) {}

    private final List<Given> available = new ArrayList<>(LIMIT);
    private final ArrayDeque<Long> retirements = new ArrayDeque<>(1);
    private Given current;
    /** For a path that is tried, of which nothing else is to know its id (RFC 9000, section 9.5). */
    private @Nullable Given reserved;

    private long retiredBefore;
    private long retiredFloor;
    private final Set<Long> retiredAbove = new HashSet<>();
    private int unacknowledged;

    private final EndpointContext context;

    RemoteConnectionIds(EndpointContext context, ConnectionId first) {
        this.context = context;
        current = new Given(0, first, null);
    }

    ConnectionId current() {
        return current.id;
    }

    /** The remote has chosen its id in the handshake, or given its token. */
    void replaceFirst(ConnectionId id, byte @Nullable [] token) {
        forget(current);
        current = new Given(0, id, token);
        if (token != null) {
            context.resettable(token);
        }
    }

    /** The reset of an id that is retired ends nothing any more. */
    private void forget(Given given) {
        byte[] token = given.token;
        if (token != null) {
            context.unresettable(token);
        }
    }

    /** The connection has ended. */
    void close() {
        forget(current);
        available.forEach(this::forget);
        Given kept = reserved;
        if (kept != null) {
            forget(kept);
        }
    }

    void add(long sequence, long retirePriorTo, ConnectionId id, byte[] token) throws TransportException {
        if (current.id.length() == 0) {
            throw new TransportException(
                    TransportError.PROTOCOL_VIOLATION,
                    FrameType.NEW_CONNECTION_ID,
                    "a new id though the first is empty");
        }
        if (sequence < retiredBefore) {
            retire(sequence);
        } else {
            Given given = new Given(sequence, id, token);
            boolean known = sequence == current.sequence || isRetired(sequence);
            for (Given other : available) {
                known |= same(given, other);
            }
            Given kept = reserved;
            known |= kept != null && same(given, kept);
            if (!known) {
                if (id.equals(current.id)) {
                    throw inconsistent();
                }
                available.add(given);
                context.resettable(token);
            } else if (sequence == current.sequence && !id.equals(current.id)) {
                throw inconsistent();
            }
        }
        retirePriorTo(retirePriorTo);
        if (available.size() + (reserved == null ? 0 : 1) >= LIMIT) {
            throw new TransportException(
                    TransportError.CONNECTION_ID_LIMIT_ERROR,
                    FrameType.NEW_CONNECTION_ID,
                    "more than the limit of " + LIMIT + " connection ids");
        }
    }

    private static boolean same(Given one, Given other) throws TransportException {
        boolean sameSequence = one.sequence == other.sequence;
        if (sameSequence != one.id.equals(other.id)) {
            throw inconsistent();
        }
        return sameSequence;
    }

    private static TransportException inconsistent() {
        return new TransportException(
                TransportError.PROTOCOL_VIOLATION, FrameType.NEW_CONNECTION_ID, "one connection id is given twice");
    }

    private void retirePriorTo(long limit) throws TransportException {
        if (limit <= retiredBefore) {
            return;
        }
        retiredBefore = limit;
        for (int i = available.size() - 1; i >= 0; i--) {
            if (available.get(i).sequence < limit) {
                retire(available.remove(i));
            }
        }
        Given kept = reserved;
        if (kept != null && kept.sequence < limit) {
            release();
        }
        if (current.sequence < limit) {
            if (available.isEmpty()) {
                throw new TransportException(
                        TransportError.PROTOCOL_VIOLATION,
                        FrameType.NEW_CONNECTION_ID,
                        "every connection id is retired");
            }
            rotate();
        }
    }

    /** Goes on to another id if there is one, and retires the one before. */
    boolean rotate() throws TransportException {
        if (available.isEmpty()) {
            return false;
        }
        retire(current);
        current = available.removeFirst();
        return true;
    }

    /** Whether there is an id beside the one in use. */
    boolean hasSpare() {
        return reserved == null && !available.isEmpty();
    }

    /** Sets an id aside for another path, or returns null if there is none. */
    @Nullable
    ConnectionId reserve() {
        Given kept = reserved != null || available.isEmpty() ? null : available.removeFirst();
        reserved = kept == null ? reserved : kept;
        return kept == null ? null : kept.id;
    }

    /** Whether an id is the one that was set aside; the remote may have retired it. */
    boolean isReserved(@Nullable ConnectionId id) {
        Given kept = reserved;
        return kept != null && id != null && kept.id.equals(id);
    }

    /** The id that was set aside is of no use. */
    void release() throws TransportException {
        Given kept = reserved;
        if (kept != null) {
            reserved = null;
            retire(kept);
        }
    }

    /** Goes on with the id that was set aside, and retires the one before. */
    void adopt() throws TransportException {
        Given kept = reserved;
        if (kept != null) {
            reserved = null;
            retire(current);
            current = kept;
        }
    }

    /** Whether an id was given and used up: the frame that gave it may come once more. */
    private boolean isRetired(long sequence) {
        return sequence < retiredFloor || retiredAbove.contains(sequence);
    }

    private void remember(long sequence) throws TransportException {
        if (isRetired(sequence)) {
            return;
        }
        retiredAbove.add(sequence);
        while (retiredAbove.remove(retiredFloor)) {
            retiredFloor++;
        }
        if (retiredAbove.size() > MAX_GAPS) {
            throw new TransportException(
                    TransportError.PROTOCOL_VIOLATION,
                    FrameType.NEW_CONNECTION_ID,
                    "the numbers of connection ids have gaps"); // they grow by one each (RFC 9000, section 5.1.1)
        }
    }

    private void retire(Given given) throws TransportException {
        forget(given);
        retire(given.sequence);
    }

    private void retire(long sequence) throws TransportException {
        remember(sequence);
        if (retirements.size() + unacknowledged >= MAX_RETIREMENTS) {
            throw new TransportException(
                    TransportError.CONNECTION_ID_LIMIT_ERROR,
                    FrameType.NEW_CONNECTION_ID,
                    "more than the limit of " + MAX_RETIREMENTS + " ids are being retired");
        }
        if (!retirements.contains(sequence)) {
            retirements.addLast(sequence);
        }
    }

    boolean wantsToSend() {
        return !retirements.isEmpty();
    }

    @Nullable
    SentFrame send(FrameOutput out, @Nullable SentFrame frames) {
        SentFrame list = frames;
        while (!retirements.isEmpty() && out.remaining() >= FRAME) {
            long sequence = retirements.pollFirst();
            unacknowledged++;
            out.uint8(FrameType.RETIRE_CONNECTION_ID).varint(sequence);
            list = SentPacket.link(
                    new SentFrame() {
                        private boolean heard;

                        @Override
                        public void acknowledged() {
                            unacknowledged -= heard ? 0 : 1;
                            heard = true;
                        }

                        @Override
                        public void lost() {
                            if (!heard) {
                                heard = true;
                                unacknowledged--;
                                retirements.addLast(sequence);
                            }
                        }
                    },
                    list);
        }
        return list;
    }

    /** Whether a datagram ends with the reset token of an id that is in use; compared in constant time. */
    boolean isReset(byte[] datagram, int end) {
        if (end < TOKEN) {
            return false;
        }
        byte[] tail = Arrays.copyOfRange(datagram, end - TOKEN, end);
        boolean match = matches(current, tail);
        for (Given given : available) {
            match |= matches(given, tail);
        }
        Given kept = reserved;
        return match | (kept != null && matches(kept, tail));
    }

    private static boolean matches(Given given, byte[] tail) {
        byte[] token = given.token;
        return token != null && ConstantTime.equal(token, tail);
    }
}
