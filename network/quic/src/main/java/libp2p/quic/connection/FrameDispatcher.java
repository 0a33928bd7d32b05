package libp2p.quic.connection;

import java.nio.ByteBuffer;
import libp2p.quic.protect.KeyPhases;
import libp2p.quic.recovery.PacketSpace;
import libp2p.quic.wire.AckFrame;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.FrameHandler;
import libp2p.quic.wire.FrameType;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import libp2p.quic.wire.TransportParameterId;
import libp2p.quic.wire.TransportParameters;
import org.jspecify.annotations.Nullable;

/** Does what the frames of an authentic packet say. Under the lock of the connection. */
final class FrameDispatcher implements FrameHandler {
    private static final int MAX_RESPONSES = 16;
    private static final long MAX_DELAY = 1L << 32;

    private final Connection connection;
    private final FramePace challenges = new FramePace("path challenges");
    private final FramePace retirements = new FramePace("retired connection ids");
    private long[] responses = {};
    private int responseCount;
    private @Nullable LevelState level;
    private @Nullable NetworkPath from;
    private @Nullable ByteBuffer packet;
    private int destinationAt;
    private int destinationLength;
    private long now;
    private boolean done;

    /** The path on which the last challenge came, and all that wait for an answer. */
    @Nullable
    NetworkPath challenged;

    FrameDispatcher(Connection connection) {
        this.connection = connection;
    }

    void begin(LevelState packetLevel, NetworkPath path, long time) {
        level = packetLevel;
        from = path;
        now = time;
    }

    /** The id to which the next packet, one of 1-RTT, was sent; it is only looked at if the packet retires ids. */
    void destination(ByteBuffer buffer, int at, int length) {
        packet = buffer;
        destinationAt = at;
        destinationLength = length;
    }

    private LevelState level() {
        LevelState current = level;
        if (current == null) {
            throw new IllegalStateException("outside of a packet");
        }
        return current;
    }

    private boolean isApplication() {
        return level().index == TlsDriver.APPLICATION;
    }

    @Override
    public void ack(AckFrame ack) throws TransportException {
        PacketSpace space = level().space;
        TransportParameters remote = connection.remoteParameters;
        long exponent = remote == null ? 3 : remote.number(TransportParameterId.ACK_DELAY_EXPONENT);
        long delay = isApplication() ? Math.min(ack.delay(), MAX_DELAY) * 1000 << exponent : 0;
        if (connection.recovery.acknowledged(space, ack, delay, now)) {
            connection.timers.acknowledged();
            KeyPhases keys = connection.oneRtt;
            if (isApplication() && keys != null) {
                keys.acknowledged(ack.largest());
            }
            if (connection.client && level().index == TlsDriver.HANDSHAKE) {
                connection.recovery.addressValidated();
                if (connection.isComplete()
                        && !space.isAwaited()
                        && !level().crypto.wantsToSend()) {
                    connection.recovery.remoteHasKeys();
                }
            }
        }
    }

    @Override
    public void crypto(long offset, byte[] bytes, int at, int length) throws TransportException {
        level().crypto.receive(offset, bytes, at, length);
        connection.tls.receive(level().index, level().crypto.read());
    }

    @Override
    public void stream(long id, long offset, byte[] bytes, int at, int length, boolean fin) throws TransportException {
        connection.streams.stream(id, offset, bytes, at, length, fin);
    }

    @Override
    public void resetStream(long id, long code, long finalSize, long reliableSize) throws TransportException {
        connection.streams.resetStream(id, code, finalSize, reliableSize);
    }

    @Override
    public void stopSending(long id, long code) throws TransportException {
        connection.streams.stopSending(id, code);
    }

    @Override
    public void newToken(byte[] token) throws TransportException {
        if (!connection.client) {
            throw new TransportException(
                    TransportError.PROTOCOL_VIOLATION, FrameType.NEW_TOKEN, "a client sends a token");
        }
    }

    @Override
    public void maxData(long maximum) {
        connection.streams.maxData(maximum);
    }

    @Override
    public void maxStreamData(long id, long maximum) throws TransportException {
        connection.streams.maxStreamData(id, maximum);
    }

    @Override
    public void maxStreams(boolean bidirectional, long maximum) {
        connection.streams.maxStreams(bidirectional, maximum);
    }

    @Override
    public void streamDataBlocked(long id, long limit) throws TransportException {
        connection.streams.streamDataBlocked(id);
    }

    @Override
    public void newConnectionId(long sequence, long retirePriorTo, ConnectionId id, byte[] resetToken)
            throws TransportException {
        connection.remoteIds.add(sequence, retirePriorTo, id, resetToken);
    }

    @Override
    public void retireConnectionId(long sequence) throws TransportException {
        retirements.arrived(now);
        ByteBuffer buffer = packet;
        byte[] usedNow = new byte[buffer == null ? 0 : destinationLength];
        if (buffer != null) {
            buffer.get(destinationAt, usedNow);
        }
        connection.localIds.retire(sequence, ConnectionId.of(usedNow));
    }

    @Override
    public void pathChallenge(long data) throws TransportException {
        challenges.arrived(now);
        if (responses.length == 0) {
            responses = new long[MAX_RESPONSES]; // most connections never hear a challenge
        }
        if (challenged != from) {
            challenged = from;
            responseCount = 0; // an answer leaves where its challenge came from (section 8.2.2); the remote asks again
        }
        if (responseCount < MAX_RESPONSES) {
            responses[responseCount++] = data;
        }
    }

    @Override
    public void pathResponse(long data) throws TransportException {
        connection.migration.answered(data, now);
        NetworkPath path = connection.path;
        if (path.answers(data)) {
            path.validated();
            connection.oldPath = null;
        }
        NetworkPath old = connection.oldPath;
        if (old != null && old.answers(data)) {
            old.validated();
        }
    }

    boolean hasResponse() {
        return responseCount > 0;
    }

    /** Nothing may be sent to where they would go. */
    void dropResponses() {
        responseCount = 0;
    }

    long pollResponse() {
        return responses[--responseCount];
    }

    @Override
    public void connectionClose(boolean application, long code, String reason) throws TransportException {
        StringBuilder text = new StringBuilder(application ? "closed" : TransportError.describe(code));
        if (!reason.isEmpty()) {
            text.append(": ").append(CloseCause.escape(reason));
        }
        connection.drain(new CloseCause(code, application, true, text.toString(), null), now);
    }

    @Override
    public void handshakeDone() throws TransportException {
        if (!connection.client) {
            throw new TransportException(
                    TransportError.PROTOCOL_VIOLATION, FrameType.HANDSHAKE_DONE, "a client ends the handshake");
        }
        if (!done) {
            done = true;
            connection.confirm(now);
        }
    }

    @Override
    public void datagram(byte[] bytes, int at, int length) throws TransportException {
        connection.datagrams.receive(bytes, at, length);
    }
}
