package libp2p.quic.connection;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import libp2p.quic.protect.KeyPhases;
import libp2p.quic.protect.PacketKeys;
import libp2p.quic.protect.RetryPacket;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.FrameParser;
import libp2p.quic.wire.LongHeader;
import libp2p.quic.wire.PacketNumbers;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import libp2p.quic.wire.VersionNegotiation;
import org.jspecify.annotations.Nullable;

/** Takes datagrams apart, opens their packets, and has their frames done. Under the lock of the connection. */
final class PacketReceiver {
    private static final byte[] NONE = new byte[0];
    private static final int SHORT_HEAD = 64;
    private static final int SHORT_KEY_PHASE = 0x04;
    private static final int SHORT_RESERVED = 0x18;
    private static final int LONG_RESERVED = 0x0c;
    private final Connection connection;
    private final FrameDispatcher frames;
    private final FrameParser parser = new FrameParser();
    private final LongHeader header = new LongHeader();
    private byte[] head = new byte[SHORT_HEAD];
    /**
     * Memory into which packets are opened, from the first of a turn until its end, so that an idle connection has
     * none.
     */
    private byte[] plain = NONE;

    /** Datagrams that have come since the connection began to close. */
    private long whileClosing;

    private boolean anything;
    private boolean retried;

    /** An address other than the current, from which packets come that only probe. */
    private @Nullable NetworkPath other;

    PacketReceiver(Connection connection, FrameDispatcher frames) {
        this.connection = connection;
        this.frames = frames;
    }

    void receive(
            ByteBuffer buffer,
            int offset,
            int length,
            InetSocketAddress from,
            @Nullable InetAddress to,
            int codepoint,
            long now) {
        if (length > Connection.MAX_DATAGRAM) {
            return;
        }
        NetworkPath path = pathOf(from, to);
        if (path == null) {
            return;
        }
        path.received(length);
        if (plain.length == 0) {
            plain = connection.context.borrow(Connection.MAX_DATAGRAM);
        }
        try {
            if (LongHeader.isLong(buffer.get(offset))) {
                longPackets(buffer, offset, length, path, codepoint, now);
            } else {
                shortPacket(buffer, offset, length, path, codepoint, now);
            }
        } catch (TransportException violation) {
            connection.fail(violation, now);
        }
        if (connection.closing() != null && !connection.isDraining() && Long.bitCount(++whileClosing) == 1) {
            connection.closeDue = true; // the first, the second, the fourth … (RFC 9000, section 10.2.1)
        }
    }

    /** A turn of the connection is over. */
    void rest() {
        if (plain.length > 0) {
            connection.context.giveBack(plain);
            plain = NONE;
            head = head.length > SHORT_HEAD && connection.isConfirmed() ? new byte[SHORT_HEAD] : head;
        }
    }

    /** Whether an authentic packet has come. */
    boolean hasHeard() {
        return anything;
    }

    private @Nullable NetworkPath pathOf(InetSocketAddress from, @Nullable InetAddress to) {
        NetworkPath path = connection.path;
        // Servers do not move, and to which address of its own they send is all one to a client.
        if (connection.client) {
            return from.equals(path.remote) ? connection.migration.heard() : null;
        }
        if (path.isBetween(from, to)) {
            return path;
        }
        if (!connection.isConfirmed()) {
            return null; // clients do not move during the handshake
        }
        NetworkPath old = connection.oldPath;
        if (old != null && old.isBetween(from, to)) {
            return old;
        }
        NetworkPath known = other;
        if (known == null || !known.isBetween(from, to)) {
            known = new NetworkPath(from, to, false);
            other = known;
        }
        return known;
    }

    private void read(ByteBuffer buffer, int offset, int length) {
        if (head.length < length) {
            head = new byte[Math.max(length, Connection.MAX_DATAGRAM)];
        }
        buffer.get(offset, head, 0, length);
    }

    private void longPackets(ByteBuffer buffer, int offset, int length, NetworkPath path, int codepoint, long now)
            throws TransportException {
        read(buffer, offset, length);
        int at = 0;
        int destinationAt = -1;
        int destinationLength = 0;
        while (at < length) {
            if (!LongHeader.isLong(head[at])) {
                if (destinationAt >= 0 && sameDestination(at + 1, destinationAt, destinationLength, length)) {
                    shortPacket(buffer, offset + at, length - at, path, codepoint, now);
                }
                return;
            }
            if (!header.parse(head, at, length - at)) {
                if (at == 0) {
                    negotiation(length, now);
                }
                return;
            }
            if (destinationAt < 0) {
                destinationAt = header.destinationAt();
                destinationLength = header.destinationLength();
            } else if (!Arrays.equals(
                    head,
                    destinationAt,
                    destinationAt + destinationLength,
                    head,
                    header.destinationAt(),
                    header.destinationAt() + header.destinationLength())) {
                return;
            }
            int end = header.end();
            if (header.type() == LongHeader.RETRY) {
                retry(at, length, now);
                return;
            }
            if (header.type() != LongHeader.ZERO_RTT && !isBadInitial(length)) {
                longPacket(buffer, offset, at, end, path, codepoint, now);
            }
            if (connection.isTerminated() || connection.isDraining()) {
                return;
            }
            if (end < length) {
                read(buffer, offset, length); // opening has used the array for other packets meanwhile
            }
            at = end;
        }
    }

    /**
     * Whether the packet is an Initial that is discarded: that of a client in a small datagram, which makes a server
     * answer more than it costs to ask (RFC 9000, section 14.1), and that of a server with a token (section 17.2.2).
     */
    private boolean isBadInitial(int datagram) {
        return header.type() == LongHeader.INITIAL
                && (connection.client ? header.tokenLength() > 0 : datagram < MtuDiscovery.BASE);
    }

    private boolean sameDestination(int at, int destinationAt, int destinationLength, int length) {
        return at + destinationLength <= length
                && Arrays.equals(
                        head, destinationAt, destinationAt + destinationLength, head, at, at + destinationLength);
    }

    private void longPacket(ByteBuffer buffer, int offset, int at, int end, NetworkPath path, int codepoint, long now)
            throws TransportException {
        LevelState level =
                connection.levels[header.type() == LongHeader.INITIAL ? TlsDriver.INITIAL : TlsDriver.HANDSHAKE];
        int numberAt = header.numberAt();
        if (level == null || end - numberAt < PacketKeys.MIN_PROTECTED) {
            return;
        }
        PacketKeys keys = level.receiving;
        if (keys == null) {
            keep(at, end, path, codepoint);
            return;
        }
        ConnectionId source = ConnectionId.of(head, header.sourceAt(), header.sourceLength());
        ConnectionId first = connection.remoteFirst;
        if (first != null && !first.equals(source)) {
            return;
        }
        int numberLength = keys.unmask(head, at, numberAt);
        int payloadAt = numberAt + numberLength;
        long number = number(level, numberAt, numberLength);
        buffer.put(offset + at, head, at, payloadAt - at);
        int length = keys.open(buffer, offset + at, offset + payloadAt, number, offset + end, plain);
        if (length < 0) {
            return;
        }
        checkReserved(head[at], LONG_RESERVED);
        if (level.space.isDuplicate(number)) {
            return;
        }
        if (first == null) {
            connection.remoteFirst = source;
            connection.remoteIds.replaceFirst(source, null);
        }
        if (level.index == TlsDriver.HANDSHAKE && !connection.client) {
            if (!path.isValidated()) {
                path.validated();
            }
            connection.discard(TlsDriver.INITIAL);
        }
        process(level, number, length, path, codepoint, now);
    }

    private void shortPacket(ByteBuffer buffer, int offset, int length, NetworkPath path, int codepoint, long now)
            throws TransportException {
        int idLength = connection.localIds.first().length();
        int numberAt = 1 + idLength;
        KeyPhases keys = connection.oneRtt;
        LevelState level = connection.levels[TlsDriver.APPLICATION];
        int needed = numberAt + PacketKeys.MIN_PROTECTED;
        if (level == null || length < needed) {
            statelessReset(buffer, offset, length, now);
            return;
        }
        if (keys == null || !connection.isComplete()) {
            read(buffer, offset, length);
            keep(0, length, path, codepoint); // a server must not use them before the handshake is complete
            return;
        }
        int plainLength = -1;
        int first = 0;
        long number = 0;
        if (LongHeader.hasFixedBit(buffer.get(offset))) {
            first = keys.unmask(buffer, offset, offset + numberAt);
            int payloadAt = offset + numberAt + 1 + (first & 3);
            number = number(level, buffer, offset + numberAt, payloadAt);
            plainLength = keys.open(
                    (first & SHORT_KEY_PHASE) != 0,
                    buffer,
                    offset,
                    payloadAt,
                    number,
                    offset + length,
                    plain,
                    now + 3 * connection.recovery.probeTimeout());
        }
        if (plainLength < 0) {
            statelessReset(buffer, offset, length, now);
            return;
        }
        checkReserved(first, SHORT_RESERVED);
        if (!level.space.isDuplicate(number)) {
            frames.destination(buffer, offset + 1, idLength);
            process(level, number, plainLength, path, codepoint, now);
        }
    }

    private static long number(LevelState level, ByteBuffer buffer, int from, int to) {
        long truncated = 0;
        for (int i = from; i < to; i++) {
            truncated = truncated << 8 | buffer.get(i) & 0xff;
        }
        return PacketNumbers.decode(truncated, to - from, level.space.largestReceived());
    }

    private static void checkReserved(int first, int bits) throws TransportException {
        if ((first & bits) != 0) {
            throw new TransportException(TransportError.PROTOCOL_VIOLATION, "reserved bits are set");
        }
    }

    private long number(LevelState level, int at, int length) {
        long truncated = 0;
        for (int i = at; i < at + length; i++) {
            truncated = truncated << 8 | head[i] & 0xff;
        }
        return PacketNumbers.decode(truncated, length, level.space.largestReceived());
    }

    private void process(LevelState level, long number, int length, NetworkPath path, int codepoint, long now)
            throws TransportException {
        anything = true;
        if (connection.closing() != null) {
            return;
        }
        connection.tracing.received(connection, level.index, number, plain, length, now);
        frames.begin(level, path, now);
        boolean latest = number > level.space.largestReceived();
        int found = parser.parse(plain, 0, length, level.index < TlsDriver.APPLICATION, frames);
        level.space.received(number, length, (found & FrameParser.ACK_ELICITING) != 0, codepoint, now);
        connection.timers.received(now);
        if (connection.client) {
            connection.recovery.active(now);
        } else if (level.index == TlsDriver.INITIAL && (found & FrameParser.ACK_ELICITING) != 0) {
            connection.timers.clientProbes(now);
        }
        if (latest && !connection.client && path != connection.path && (found & FrameParser.NON_PROBING) != 0) {
            other = null;
            connection.migration.follow(path);
        } else if (path == connection.path && connection.isConfirmed()) {
            path.challengeAgain();
        }
    }

    private void keep(int at, int end, NetworkPath path, int codepoint) {
        if (!connection.isComplete() && connection.early.mayKeep(path, end - at)) {
            connection.early.keep(new UndecryptablePackets.Packet(Arrays.copyOfRange(head, at, end), path, codepoint));
        }
    }

    /** There may be keys for what was kept. */
    void keysCame(long now) {
        for (UndecryptablePackets.Packet packet : connection.early.take()) {
            if (!connection.isTerminated()) {
                NetworkPath path = packet.path();
                int length = packet.bytes().length;
                path.received(-length); // counted already
                receive(ByteBuffer.wrap(packet.bytes()), 0, length, path.remote, path.own, packet.codepoint(), now);
            }
        }
    }

    /** Version Negotiation, which a client believes before it has heard anything else (RFC 9000, section 6.2). */
    private void negotiation(int length, long now) {
        if (!connection.client || anything || retried || !header.parseInvariant(head, 0, length)) {
            return;
        }
        boolean toUs = connection.localIds.first().matches(head, header.destinationAt(), header.destinationLength())
                && connection.originalDestination.matches(head, header.sourceAt(), header.sourceLength());
        if (header.version() == 0
                && toUs
                && header.end() < length
                && !VersionNegotiation.offersVersion1(head, header.end(), length)) {
            connection.terminate(new CloseCause(
                    TransportError.CONNECTION_REFUSED,
                    false,
                    true,
                    "the remote peer does not speak QUIC version 1",
                    null));
        }
    }

    /** RFC 9000, section 17.2.5.2. */
    private void retry(int at, int length, long now) {
        LevelState initial = connection.levels[TlsDriver.INITIAL];
        if (!connection.client
                || anything
                || retried
                || initial == null
                || at != 0
                || header.tokenLength() <= RetryPacket.TAG
                || !connection.localIds.first().matches(head, header.destinationAt(), header.destinationLength())
                || !RetryPacket.isAuthentic(connection.originalDestination, head, 0, length)) {
            return;
        }
        ConnectionId source = ConnectionId.of(head, header.sourceAt(), header.sourceLength());
        if (source.equals(connection.originalDestination)) {
            return;
        }
        retried = true;
        connection.token =
                Arrays.copyOfRange(head, header.tokenAt(), header.tokenAt() + header.tokenLength() - RetryPacket.TAG);
        connection.retrySource = source;
        connection.remoteIds.replaceFirst(source, null);
        connection.initialKeys(source);
        connection.recovery.loseEverything(initial.space);
        connection.recovery.active(now);
    }

    /** RFC 9000, section 10.3.1. */
    private void statelessReset(ByteBuffer buffer, int offset, int length, long now) {
        int tail = Math.min(length, 32);
        read(buffer, offset + length - tail, tail);
        if (length > 20 && connection.remoteIds.isReset(head, tail)) {
            connection.drain(
                    new CloseCause(
                            TransportError.NO_ERROR, false, true, "the remote peer has forgotten the connection", null),
                    now);
        }
    }
}
