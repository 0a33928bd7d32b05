package libp2p.quic.connection;

import libp2p.quic.protect.KeyPhases;
import libp2p.quic.recovery.LossRecovery;
import libp2p.quic.recovery.UnansweredTime;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;

/** When something is due on a connection without a packet that asks for it. Under its lock. */
final class Timers {
    private static final int CLOSING_TIMEOUTS = 3;
    /**
     * RFC 9000, section 10.2, has three probe timeouts for packets that come late, and lets an endpoint end sooner that
     * closes its socket. A host that closes waits for this: where round trips take a second it would do so for half a
     * minute.
     */
    private static final long LONGEST_CLOSING = 3_000_000_000L;

    /** Probe timeouts in a row after which the path may carry only the smallest datagrams (RFC 8899, section 4.3). */
    private static final int SILENT = 2;

    /** As long as its flight may be under way, a server does not repeat it because of what a client sends. */
    private static final long FLIGHT = 25_000_000;

    /**
     * A remote that acknowledges late has this side take the round trip for long: its end is not put off farther than
     * this by it.
     */
    private static final long LONGEST_SILENCE = 300_000_000_000L;

    /** So often a remote is asked again that is heard and acknowledges nothing, before it is given up. */
    private static final int UNANSWERED_PROBES = 16;

    /** Part of the time to the end that a silence of the remote may take of it. */
    private static final int SILENT_PARTS = 4;

    private static final long NEVER = Long.MAX_VALUE;

    private final Connection connection;
    private final long begun;
    private long idle;
    private long idleFrom;
    private boolean sentSinceReceived;
    private long keepAliveFrom;
    private long closeDeadline = NEVER;
    private boolean complete;
    private long paced = NEVER;
    /** The space of the last probes, and whether the remote was heard since they left without an acknowledgement. */
    private int probed = -1;

    private boolean heardSinceProbe;
    private final UnansweredTime unanswered = new UnansweredTime();

    Timers(Connection connection, long now) {
        this.connection = connection;
        begun = now;
        idle = connection.config.idle();
        idleFrom = now;
        keepAliveFrom = now;
    }

    void completed() {
        complete = true;
    }

    void remoteIdle(long nanos) {
        if (nanos > 0) {
            idle = idle == 0 ? nanos : Math.min(idle, nanos);
        }
    }

    /** A packet was received and processed. */
    void received(long now) {
        idleFrom = now;
        keepAliveFrom = now;
        sentSinceReceived = false;
        if (connection.recovery.probes() >= SILENT && !heardSinceProbe && probed >= 0) {
            heardSinceProbe = true;
            probe(probed, 1); // the path is there again: the next timeout may be as far away as it was gone
        }
        if (idle > 0) {
            unanswered(now);
        }
    }

    /**
     * A remote that is heard for as long as it may be silent, and acknowledges nothing, is over: it would have to be
     * over itself if it heard nothing, and may not leave unacknowledged what it hears (RFC 9000, sections 10.1 and
     * 13.2.1). Meanwhile it is asked again when it is heard, and does not have to wait for a probe timeout, which may be
     * far away.
     */
    private void unanswered(long now) {
        long end = longestSilence();
        unanswered.received(connection.recovery.isAwaited(), end / SILENT_PARTS, now);
        LevelState application = connection.levels[TlsDriver.APPLICATION];
        if (unanswered.nanos() >= end) {
            connection.fail(
                    new TransportException(
                            TransportError.NO_ERROR,
                            "the remote peer was heard for " + end / 1_000_000_000 + " s and acknowledged nothing"),
                    now);
        } else if (unanswered.nanos() > 0
                && application != null
                && application.space.isAwaited()
                && now - application.space.lastAckEliciting()
                        >= Math.max(end / UNANSWERED_PROBES, connection.recovery.probeTimeout())) {
            probe(TlsDriver.APPLICATION, 1);
        }
    }

    /** The remote has acknowledged what it had not acknowledged before. */
    void acknowledged() {
        unanswered.acknowledged();
    }

    /** A packet was sent that asks for an acknowledgement. */
    void sentEliciting(long now) {
        keepAliveFrom = now;
        if (!sentSinceReceived) {
            sentSinceReceived = true;
            idleFrom = now;
        }
    }

    /** The pacer lets nothing out before. */
    void paced(long until) {
        paced = until;
    }

    void closes(long now) {
        closeDeadline = now + Math.min(CLOSING_TIMEOUTS * connection.recovery.probeTimeout(), LONGEST_CLOSING);
    }

    private long idleDeadline() {
        if (idle == 0) {
            return NEVER;
        }
        return idleFrom + longestSilence();
    }

    /** RFC 9000, section 10.1. */
    private long longestSilence() {
        return Math.max(idle, Math.min(CLOSING_TIMEOUTS * connection.recovery.probeTimeout(), LONGEST_SILENCE));
    }

    private long handshakeDeadline() {
        long whole = connection.config.handshake();
        return begun + (connection.path.isValidated() ? whole : Math.min(whole, connection.config.unproved()));
    }

    private boolean keepsAlive() {
        return complete && connection.config.keepAlive() > 0;
    }

    /** The remote does not answer before its address is validated, and nothing more may be sent to it. */
    private boolean isMuted() {
        LevelState initial = connection.levels[TlsDriver.INITIAL];
        return connection.path.allowance() < (initial == null ? PacketBuilder.LEAST_PACKET : MtuDiscovery.BASE);
    }

    private long recovery() {
        return connection.recovery.nextTimeout(isMuted());
    }

    private boolean hasHandshakeKeys() {
        LevelState handshake = connection.levels[TlsDriver.HANDSHAKE];
        return handshake != null && handshake.sending != null;
    }

    long next() {
        if (connection.closing() != null) {
            return closeDeadline;
        }
        long next = Math.min(idleDeadline(), recovery());
        if (!complete) {
            next = Math.min(next, handshakeDeadline());
        } else if (keepsAlive()) {
            next = Math.min(next, keepAliveFrom + connection.config.keepAlive());
        }
        LevelState application = connection.levels[TlsDriver.APPLICATION];
        if (application != null && connection.oneRtt != null && !isMuted()) {
            next = Math.min(next, application.space.ackDeadline());
        }
        next = Math.min(Math.min(next, paced), connection.streams.nextTimeout());
        KeyPhases keys = connection.oneRtt;
        if (keys != null) {
            next = Math.min(next, keys.nextTimeout());
        }
        next = Math.min(next, Math.min(connection.path.challengeDeadline(), connection.migration.nextTimeout()));
        NetworkPath old = connection.oldPath;
        return old == null ? next : Math.min(next, old.challengeDeadline());
    }

    void timeout(long now) {
        if (connection.closing() != null) {
            if (now >= closeDeadline) {
                connection.terminate(null);
            }
            return;
        }
        if (now >= idleDeadline()) {
            connection.terminate(new CloseCause(
                    TransportError.NO_ERROR, false, false, "nothing was heard of the remote peer for too long", null));
            return;
        }
        if (!complete && now >= handshakeDeadline()) {
            TransportException late =
                    new TransportException(TransportError.CONNECTION_REFUSED, "the handshake takes too long");
            if (connection.client || connection.receiving.hasHeard()) {
                connection.fail(late, now);
            } else { // nothing authentic ever came: an answer would make the other side take us for a stranger in its
                // turn
                connection.terminate(
                        new CloseCause(late.code(), false, false, String.valueOf(late.getMessage()), late));
            }
            return;
        }
        paced = paced <= now ? NEVER : paced;
        connection.streams.timeout(now);
        KeyPhases keys = connection.oneRtt;
        if (keys != null) {
            keys.timeout(now);
        }
        if (keepsAlive() && now >= keepAliveFrom + connection.config.keepAlive()) {
            keepAliveFrom = now;
            connection.pingDue = true;
        }
        paths(now);
        connection.migration.timeout(now);
        if (now >= recovery()) {
            probe(now);
        }
    }

    private void paths(long now) {
        NetworkPath path = connection.path;
        if (now >= path.challengeDeadline() && !path.timeout() && !path.isValidated()) {
            NetworkPath old = connection.oldPath;
            if (old != null && old.isValidated()) {
                connection.path = old;
                connection.oldPath = null;
            }
        }
        NetworkPath old = connection.oldPath;
        if (old != null && now >= old.challengeDeadline() && !old.timeout()) {
            connection.oldPath = null;
        }
    }

    private void probe(long now) {
        LossRecovery recovery = connection.recovery;
        int index = recovery.timeout(hasHandshakeKeys(), now);
        if (index < 0) {
            return;
        }
        if (recovery.probes() >= SILENT) {
            connection.narrow();
        }
        probed = index;
        heardSinceProbe = false;
        probe(index, 2);
        for (int other = 0;
                other < LevelState.COUNT;
                other++) { // a remote that has dropped the keys of one may have those of another
            LevelState level = connection.levels[other];
            if (other != index && level != null && level.space.isAwaited()) {
                probe(other, 1);
            }
        }
    }

    /**
     * A client that sends Initial packets while the server waits for an answer to its flight has not got all of it:
     * the server sends it again (RFC 9002, section 6.2.3). Its own timeout is a second or more away, since no round
     * trip was measured, and the handshake of an unproved client may not take much longer. The address of the client
     * still gets at most three times the bytes that came from it.
     */
    void clientProbes(long now) {
        LevelState initial = connection.levels[TlsDriver.INITIAL];
        LevelState handshake = connection.levels[TlsDriver.HANDSHAKE];
        if (initial == null || handshake == null || !handshake.space.isAwaited()) {
            return;
        }
        if (now - handshake.space.lastAckEliciting() >= FLIGHT) {
            if (initial.space.isAwaited()) {
                probe(TlsDriver.INITIAL, 1);
            }
            probe(TlsDriver.HANDSHAKE, 2);
        }
    }

    private void probe(int index, int packets) {
        LevelState level = connection.levels[index];
        if (level != null) {
            level.probes = packets;
            connection.recovery.repeatOldest(level.space, packets);
        }
    }
}
