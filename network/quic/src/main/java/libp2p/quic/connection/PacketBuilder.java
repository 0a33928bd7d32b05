package libp2p.quic.connection;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import libp2p.crypto.PacketCipher;
import libp2p.quic.protect.KeyPhases;
import libp2p.quic.recovery.CongestionController;
import libp2p.quic.recovery.LossRecovery;
import libp2p.quic.recovery.Pacer;
import libp2p.quic.recovery.PacketSpace;
import libp2p.quic.recovery.SentFrame;
import libp2p.quic.recovery.SentPacket;
import libp2p.quic.wire.FrameOutput;
import libp2p.quic.wire.FrameType;
import libp2p.quic.wire.PacketNumbers;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * Builds datagrams of the frames due at each level (RFC 9000, sections 12.2 to 14). Under the lock of the connection.
 */
final class PacketBuilder {
    private static final int TAG = PacketCipher.TAG_LENGTH;
    /** A packet is not begun in less room than this. */
    static final int LEAST_PACKET = 100;

    private static final byte[] NONE = new byte[0];
    private static final int SKIP_FIRST = 256;
    private static final int SKIP_LAST = 128 << 10;

    private final Connection connection;
    private final LossRecovery recovery;
    private final FrameOutput out = new FrameOutput();
    private final Pacer pacer = new Pacer();
    private final PacketProtection protection;
    private byte[] scratch = NONE;
    private long skipAt = SKIP_FIRST;
    private long skipPeriod = SKIP_FIRST;

    // of the packet that is being built
    private boolean eliciting;
    private boolean closes;
    private @Nullable SentFrame frames;
    private long acknowledges;

    // of the datagram that is being built
    private boolean padded;
    private boolean congested;

    /** Whether the batch is marked for congestion notification, with all its datagrams. */
    private boolean marking;

    PacketBuilder(Connection connection) {
        this.connection = connection;
        this.recovery = connection.recovery;
        this.protection = new PacketProtection(connection);
    }

    boolean transmit(SendBatch batch, long now) {
        scratch = batch.scratch();
        boolean more = true;
        connection.streams.at(now);
        marking = recovery.ecn().marks();
        connection.timers.paced(Long.MAX_VALUE);
        while (more) {
            NetworkPath path = target();
            int mtu = connection.mtu.size();
            long allowance = path.allowance();
            int wanted = (int) Math.min(mtu, allowance);
            if (wanted < least()) {
                break;
            }
            boolean probing = isProbing();
            CongestionController congestion = recovery.congestion();
            congested = !probing && (congestion.room() < mtu || recovery.tracksMany());
            if (!congested && !probing && pacer.budget(now, congestion, recovery.rtt(), mtu) < mtu && wantsInFlight()) {
                congested = true;
                connection.timers.paced(pacer.next(now, congestion, recovery.rtt(), mtu));
            }
            int probe = batch.isEmpty() && !congested && path == connection.path && path.isValidated()
                    ? connection.mtu.due(now)
                    : 0;
            int full = probe > 0 && probe <= batch.buffer().capacity() ? probe : batch.room(wanted);
            if (full < LEAST_PACKET) {
                break;
            }
            int size = full == probe ? mtuProbe(batch, full, now) : datagram(batch, full, path, now);
            if (size == 0) {
                break;
            }
            path.sent(size);
            more = batch.add(size, full, marking, path) && path == target();
            if (more && full == mtu && isPlain(path)) {
                more = streamData(batch, mtu, path, now);
            }
        }
        scratch = NONE;
        out.reset(NONE, 0, 0);
        return !batch.isEmpty();
    }

    /** Whether nothing but data of streams can be due on a path. */
    private boolean isPlain(NetworkPath path) {
        return connection.firstLevel() == TlsDriver.APPLICATION
                && hasKeys(connection.level(TlsDriver.APPLICATION))
                && connection.closing() == null
                && path == connection.path
                && path.isValidated()
                && connection.oldPath == null
                && connection.migration.due() == null
                && !connection.frames.hasResponse()
                && !path.isChallengeDue()
                && !isProbing();
    }

    /**
     * Adds datagrams of one size with data of streams, as long as there are some; returns whether others may follow.
     */
    private boolean streamData(SendBatch batch, int mtu, NetworkPath path, long now) {
        LevelState level = connection.level(TlsDriver.APPLICATION);
        CongestionController congestion = recovery.congestion();
        protection.begin(batch, mtu);
        try {
            while (batch.room(mtu) == mtu
                    && congestion.room() >= mtu
                    && pacer.budget(now, congestion, recovery.rtt(), mtu) >= mtu
                    && connection.streams.wantsToSend()) {
                int size = packet(level, batch.buffer(), batch.length(), mtu, 0, path, now);
                if (size == 0) {
                    return true;
                }
                path.sent(size);
                if (!batch.add(size, mtu, marking, path)) {
                    return false;
                }
            }
            return true;
        } finally {
            protection.end();
        }
    }

    /** Least size of a datagram: those of the handshake must be large (section 14.1). */
    private int least() {
        return connection.levels[TlsDriver.INITIAL] == null ? LEAST_PACKET : MtuDiscovery.BASE;
    }

    /** Path of the next datagram: answers and challenges may go to another path than the rest. */
    private NetworkPath target() {
        NetworkPath old = connection.oldPath;
        NetworkPath asked = connection.frames.challenged;
        if (connection.frames.hasResponse() && asked != null) {
            if (asked.allowance() >= LEAST_PACKET) {
                return asked;
            }
            connection.frames.dropResponses();
        }
        NetworkPath tried = connection.migration.due();
        if (tried != null) {
            return tried;
        }
        return old != null && old.isChallengeDue() && old.allowance() >= LEAST_PACKET ? old : connection.path;
    }

    private boolean isProbing() {
        for (int i = connection.firstLevel(); i < LevelState.COUNT; i++) {
            LevelState level = connection.levels[i];
            if (level != null && level.probes > 0) {
                return true;
            }
        }
        return connection.closeDue;
    }

    private boolean wantsInFlight() {
        for (LevelState level : connection.levels) {
            if (level != null && level.crypto.wantsToSend()) {
                return true;
            }
        }
        return connection.isComplete() && (connection.streams.wantsToSend() || connection.datagrams.wantsToSend());
    }

    private int datagram(SendBatch batch, int full, NetworkPath path, long now) {
        int start = batch.length();
        if (connection.firstLevel() == TlsDriver.APPLICATION) {
            LevelState level = connection.level(TlsDriver.APPLICATION);
            return full >= LEAST_PACKET && hasKeys(level) && isDue(level, now)
                    ? packet(level, batch.buffer(), start, full, 0, path, now)
                    : 0;
        }
        int at = start;
        boolean hasInitial = false;
        padded = false;
        for (int index = 0; index < LevelState.COUNT; index++) {
            LevelState level = connection.levels[index];
            int room = full - (at - start);
            if (level == null || !hasKeys(level) || room < LEAST_PACKET || path != connection.path && index < 2) {
                continue;
            }
            if (!isDue(level, now) && !(hasInitial && isLast(level, now))) {
                continue;
            }
            boolean pads =
                    (hasInitial || index == TlsDriver.INITIAL) // so that the path is known to carry it (section 14.1)
                            && (isLast(level, now) || room < 2 * LEAST_PACKET);
            int padTo = pads && !padded ? Math.min(full, MtuDiscovery.BASE) - (at - start) : 0;
            int size = packet(level, batch.buffer(), at, room, padTo, path, now);
            at += size;
            if (size > 0 && index == TlsDriver.INITIAL) {
                hasInitial = true;
            }
            if (size > 0 && index == TlsDriver.HANDSHAKE && connection.client) {
                connection.discard(TlsDriver.INITIAL);
            }
        }
        return at - start;
    }

    private boolean isLast(LevelState level, long now) {
        for (int index = level.index + 1; index < LevelState.COUNT; index++) {
            LevelState later = connection.levels[index];
            if (later != null && hasKeys(later) && isDue(later, now)) {
                return false;
            }
        }
        return true;
    }

    private boolean hasKeys(LevelState level) {
        return level.index == TlsDriver.APPLICATION
                ? connection.oneRtt != null && (connection.isComplete() || connection.closing() != null)
                : level.sending != null;
    }

    private boolean isDue(LevelState level, long now) {
        if (connection.closing() != null) {
            return connection.closeDue;
        }
        if (level.space.isAckDue(now) || level.probes > 0) {
            return true;
        }
        if (level.index < TlsDriver.APPLICATION) {
            return mayShake(level) && level.crypto.wantsToSend();
        }
        NetworkPath old = connection.oldPath;
        return connection.frames.hasResponse()
                || connection.path.isChallengeDue()
                || old != null && old.isChallengeDue()
                || connection.migration.due() != null
                || !congested && isApplicationDue(level);
    }

    /**
     * The handshake goes on though the window is full: data that the remote has no keys for yet fill it, and nothing of
     * that is acknowledged before the handshake is.
     */
    private boolean mayShake(LevelState level) {
        return !congested || level.index < TlsDriver.APPLICATION && !level.space.isAwaited();
    }

    private boolean isApplicationDue(LevelState level) {
        return connection.handshakeDoneDue
                || connection.newTokenDue
                || connection.pingDue
                || level.crypto.wantsToSend()
                || connection.localIds.wantsToSend()
                || connection.remoteIds.wantsToSend()
                || connection.datagrams.wantsToSend()
                || connection.streams.wantsToSend();
    }

    /** Builds and seals one packet; returns its size, or 0 if there was nothing to put into it. */
    private int packet(LevelState level, ByteBuffer target, int at, int room, int padTo, NetworkPath path, long now) {
        PacketSpace space = level.space;
        if (level.index == TlsDriver.APPLICATION) {
            skip(space);
        }
        long number = space.sent().next();
        int numberLength = Math.max(2, PacketNumbers.length(number, space.largestAcknowledged()));
        int numberAt = PacketHeader.write(connection, level, path, scratch, numberLength);
        int payloadAt = numberAt + numberLength;
        out.reset(scratch, payloadAt, room - TAG);
        eliciting = false;
        closes = false;
        frames = null;
        acknowledges = -1;
        if (connection.closing() != null) {
            close(level);
        } else {
            fill(level, path, now);
        }
        if (out.at() == payloadAt && padTo == 0) {
            return 0;
        }
        if (out.at() == payloadAt) {
            eliciting = true; // PADDING alone would do, but let it be of use
            out.uint8(FrameType.PING);
        }
        padded |= padTo > 0;
        out.padTo(Math.max(payloadAt + 4 - numberLength, padTo - TAG));
        int end = out.at();
        PacketHeader.number(scratch, numberAt, numberLength, number);
        if (level.index < TlsDriver.APPLICATION) {
            PacketHeader.length(scratch, numberAt, end + TAG - numberAt);
        }
        int size = protection.seal(level, scratch, target, at, numberAt, numberLength, number, end);
        connection.tracing.sent(level.index, number, size, out, payloadAt, now);
        if (closes) {
            space.sent().skip(); // its number is not used again, nor is it acknowledged
            return size;
        }
        sent(level, number, size, padTo > 0, now);
        return size;
    }

    private void sent(LevelState level, long number, int size, boolean padding, long now) {
        boolean inFlight = eliciting || padding;
        SentPacket packet = level.space.sent().add(now, size, eliciting, inFlight);
        packet.carries(frames);
        packet.acknowledges(acknowledges);
        if (marking) {
            packet.ecnMarked();
        }
        recovery.sent(level.space, packet);
        if (recovery.tracksTooMany(level.space)) {
            connection.fail(LossRecovery.unacknowledged(), now);
        }
        if (inFlight) {
            pacer.sent(size);
        }
        if (eliciting) {
            connection.timers.sentEliciting(now);
            level.probes = Math.max(0, level.probes - 1);
        }
        if (connection.client) {
            recovery.active(now);
        }
        KeyPhases keys = connection.oneRtt;
        if (level.index == TlsDriver.APPLICATION && keys != null) {
            if (acknowledges >= 0) {
                keys.acknowledgementSent();
            }
            if (number % 1024 == 0 && keys.wantsUpdate(connection.config.keyUpdateAfter())) {
                connection.updateKeys();
            }
            if (number % 1024 == 0 && keys.isWornOut()) {
                connection.fail(
                        new TransportException(
                                TransportError.AEAD_LIMIT_REACHED, "the remote peer does not follow to other keys"),
                        now);
            }
        }
    }

    /** Leaves a number out now and then, so that a remote that acknowledges unsent packets shows itself. */
    private void skip(PacketSpace space) {
        if (space.sent().next() >= skipAt) {
            space.sent().skip();
            skipPeriod = Math.min(2 * skipPeriod, SKIP_LAST);
            byte[] random = new byte[2];
            connection.context.random(random);
            long jitter = (random[0] & 0xff) << 8 | random[1] & 0xff;
            skipAt = space.sent().next() + skipPeriod + jitter * skipPeriod / (1 << 16);
        }
    }

    private void fill(LevelState level, NetworkPath path, long now) {
        boolean application = level.index == TlsDriver.APPLICATION;
        if (path.id == null && (level.space.isAckDue(now) || level.space.hasUnacknowledged())) {
            acknowledges = level.space.writeAck(out, Connection.ACK_DELAY_EXPONENT, now);
        }
        if (application) {
            paths(path, now);
        }
        if (mayShake(level) && path == connection.path) {
            if (!application && level.probes > 0 && !level.crypto.wantsToSend()) {
                recovery.repeatOldest(level.space, 1); // the first of two probes may be lost
            }
            crypto(level);
            if (application) {
                application(now);
            }
        }
        boolean asks = level.probes > 0 || acknowledges >= 0 && level.space.shouldAsk();
        if (asks && !eliciting && out.remaining() > 0) {
            out.uint8(FrameType.PING);
            eliciting = true;
        }
    }

    private void crypto(LevelState level) {
        SentFrame piece;
        while ((piece = level.crypto.send(out)) != null) {
            add(piece);
        }
    }

    private void add(SentFrame frame) {
        frames = SentPacket.link(frame, frames);
        eliciting = true;
    }

    private void paths(NetworkPath path, long now) {
        while (connection.frames.hasResponse() && out.remaining() > 9 && path == connection.frames.challenged) {
            out.uint8(FrameType.PATH_RESPONSE).uint64(connection.frames.pollResponse());
            eliciting = true;
            out.padTo(Math.min(out.at() + out.remaining(), MtuDiscovery.BASE - TAG));
        }
        if (path.isChallengeDue() && out.remaining() > 9) {
            byte[] random = new byte[8];
            connection.context.random(random);
            long data = ByteBuffer.wrap(random).getLong();
            out.uint8(FrameType.PATH_CHALLENGE).uint64(data);
            path.challenged(data, now + 3 * recovery.probeTimeout());
            eliciting = true;
            out.padTo(Math.min(out.at() + out.remaining(), MtuDiscovery.BASE - TAG));
        }
    }

    private void application(long now) {
        if (connection.handshakeDoneDue && out.remaining() > 0) {
            connection.handshakeDoneDue = false;
            out.uint8(FrameType.HANDSHAKE_DONE);
            add(SentFrame.again(() -> connection.handshakeDoneDue = true));
        }
        if (connection.newTokenDue) {
            newToken();
        }
        if (connection.pingDue && out.remaining() > 0) {
            connection.pingDue = false;
            out.uint8(FrameType.PING);
            eliciting = true;
        }
        SentFrame list = connection.localIds.wantsToSend() ? connection.localIds.send(out, frames) : frames;
        list = connection.remoteIds.wantsToSend() ? connection.remoteIds.send(out, list) : list;
        if (connection.datagrams.wantsToSend()) {
            eliciting |= connection.datagrams.send(out, list == null);
        }
        int before = out.at();
        list = connection.streams.send(out, list, recovery.rtt().smoothed(), now);
        eliciting |= list != frames || out.at() > before;
        frames = list;
    }

    private void newToken() {
        byte[] token = connection.context.newToken(connection.path.remote);
        connection.newTokenDue = token.length > 0 && out.remaining() <= token.length + 3;
        if (token.length > 0 && !connection.newTokenDue) {
            out.uint8(FrameType.NEW_TOKEN).varint(token.length).bytes(token);
            add(SentFrame.again(() -> connection.newTokenDue = true)); // another one
        }
    }

    /** CONNECTION_CLOSE; codes of the application wait for 1-RTT packets (section 10.2.3). */
    private void close(LevelState level) {
        CloseCause closing = connection.closing();
        if (closing == null) {
            return;
        }
        closes = true;
        boolean application = closing.application() && level.index == TlsDriver.APPLICATION;
        byte[] reason = (level.index == TlsDriver.APPLICATION ? closing.text() : "").getBytes(StandardCharsets.UTF_8);
        int length = Math.clamp(out.remaining() - 24, 0, Math.min(reason.length, 200));
        out.uint8(application ? FrameType.CONNECTION_CLOSE_APPLICATION : FrameType.CONNECTION_CLOSE)
                .varint(closing.application() && !application ? TransportError.APPLICATION_ERROR : closing.code());
        if (!application) {
            out.varint(0);
        }
        out.varint(length).bytes(reason, 0, length);
        if (isLast(level, 0)) {
            connection.closeDue = false;
        }
    }

    /** A packet of PING and PADDING that tries whether a larger size gets through. */
    private int mtuProbe(SendBatch batch, int size, long now) {
        LevelState level = connection.level(TlsDriver.APPLICATION);
        PacketSpace space = level.space;
        long number = space.sent().next();
        int numberLength = Math.max(2, PacketNumbers.length(number, space.largestAcknowledged()));
        int numberAt = PacketHeader.write(connection, level, connection.path, scratch, numberLength);
        out.reset(scratch, numberAt + numberLength, size - TAG);
        out.uint8(FrameType.PING).padTo(size - TAG);
        PacketHeader.number(scratch, numberAt, numberLength, number);
        protection.seal(level, scratch, batch.buffer(), batch.length(), numberAt, numberLength, number, size - TAG);
        connection.tracing.sent(level.index, number, size, out, numberAt + numberLength, now);
        SentPacket packet = space.sent().add(now, size, true, true);
        packet.carries(null);
        packet.mtuProbe();
        if (marking) {
            packet.ecnMarked();
        }
        recovery.sent(space, packet);
        connection.mtu.sent(size, now);
        connection.timers.sentEliciting(now);
        return size;
    }
}
