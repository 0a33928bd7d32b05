package libp2p.quic.connection;

import java.util.ArrayList;
import java.util.List;
import libp2p.quic.recovery.SentFrame;
import libp2p.quic.recovery.SentPacket;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.FrameOutput;
import libp2p.quic.wire.FrameType;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import org.jspecify.annotations.Nullable;

/** The ids by which the remote addresses this side (RFC 9000, section 5.1.1). Under the lock of the connection. */
final class LocalConnectionIds {
    /** Ids that a remote may have in store, whatever it allows. */
    static final int MAX_ACTIVE = 4;

    private static final int FRAME = 1 + 8 + 1 + 1 + 20 + 16;

    private static final class Issued {
        final long sequence;
        final ConnectionId id;
        boolean due;

        Issued(long sequence, ConnectionId id, boolean due) {
            this.sequence = sequence;
            this.id = id;
            this.due = due;
        }
    }

    private final EndpointContext context;
    private final List<Issued> active = new ArrayList<>(MAX_ACTIVE);
    private final ConnectionId first;
    private long next;
    private int wanted = 1;
    private boolean due;

    LocalConnectionIds(EndpointContext context, ConnectionId first) {
        this.context = context;
        this.first = first;
        active.add(new Issued(next++, first, false));
    }

    /** The id of the handshake. */
    ConnectionId first() {
        return first;
    }

    /** The remote keeps so many. */
    void allow(long limit) {
        wanted = (int) Math.min(limit, MAX_ACTIVE);
        replenish();
    }

    private void replenish() {
        while (active.size() < wanted) {
            active.add(new Issued(next++, context.newId(), true));
            due = true;
        }
    }

    /**
     * The remote does not use an id any more.
     *
     * @param usedNow whether the packet that says so came under this id
     */
    void retire(long sequence, ConnectionId usedNow) throws TransportException {
        if (sequence >= next) {
            throw new TransportException(
                    TransportError.PROTOCOL_VIOLATION,
                    FrameType.RETIRE_CONNECTION_ID,
                    "connection id " + sequence + " was never issued");
        }
        for (int i = 0; i < active.size(); i++) {
            Issued issued = active.get(i);
            if (issued.sequence == sequence) {
                if (issued.id.equals(usedNow)) {
                    throw new TransportException(
                            TransportError.PROTOCOL_VIOLATION,
                            FrameType.RETIRE_CONNECTION_ID,
                            "a packet retires the id that it was sent to");
                }
                active.remove(i);
                context.retired(issued.id);
                replenish();
                return;
            }
        }
    }

    boolean wantsToSend() {
        return due;
    }

    @Nullable
    SentFrame send(FrameOutput out, @Nullable SentFrame frames) {
        SentFrame list = frames;
        due = false;
        for (Issued issued : active) {
            if (issued.due && out.remaining() < FRAME) {
                due = true;
            } else if (issued.due) {
                issued.due = false;
                out.uint8(FrameType.NEW_CONNECTION_ID)
                        .varint(issued.sequence)
                        .varint(0)
                        .uint8(issued.id.length())
                        .bytes(issued.id.toBytes())
                        .bytes(context.resetToken(issued.id));
                list = SentPacket.link(
                        new SentFrame() {
                            @Override
                            public void acknowledged() {}

                            @Override
                            public void lost() {
                                issued.due = true;
                                due = true;
                            }
                        },
                        list);
            }
        }
        return list;
    }

    /** The connection is over: none is of use. */
    void retireAll() {
        active.forEach(issued -> context.retired(issued.id));
        active.clear();
    }
}
