package libp2p.quic.connection;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import libp2p.quic.wire.ConnectionId;
import org.jspecify.annotations.Nullable;

/**
 * One address of the remote, with the address of this side to which its packets come, and what is known of the two (RFC
 * 9000, sections 8 and 9). Under the lock of the connection.
 */
final class NetworkPath {
    private static final int AMPLIFICATION = 3;
    private static final int MAX_CHALLENGES = 3;

    final InetSocketAddress remote;
    /**
     * The address of a server that the client has dialed, from which all answers leave; null for the one of its socket.
     * Of a client, whose own address may change at any time, always null.
     */
    final @Nullable InetAddress own;

    /** Which address of this side it leaves from; see {@link Migration}. */
    final int local;

    /** Connection id of packets that only try the path; null on one that is in use. */
    @Nullable
    ConnectionId id;

    private boolean validated;
    private long received;
    private long sent;
    private final long[] challenges = new long[MAX_CHALLENGES];
    private int challengeCount;
    private long challengeDeadline = Long.MAX_VALUE;
    private boolean challengeDue;
    private int attempts;

    NetworkPath(InetSocketAddress remote, @Nullable InetAddress own, boolean validated) {
        this(remote, own, validated, 0, null);
    }

    NetworkPath(
            InetSocketAddress remote,
            @Nullable InetAddress own,
            boolean validated,
            int local,
            @Nullable ConnectionId id) {
        this.remote = remote;
        this.own = own;
        this.validated = validated;
        this.local = local;
        this.id = id;
    }

    /** Whether packets of it come from one address and to the other. */
    boolean isBetween(InetSocketAddress from, @Nullable InetAddress to) {
        return from.equals(remote) && (to == own || to != null && to.equals(own));
    }

    boolean isValidated() {
        return validated;
    }

    void validated() {
        validated = true;
        challengeDue = false;
        challengeDeadline = Long.MAX_VALUE;
        challengeCount = 0;
    }

    void received(int bytes) {
        received += bytes;
    }

    void sent(int bytes) {
        sent += bytes;
    }

    /** Number of bytes that may be sent before the address is known to be the remote's. */
    long allowance() {
        return validated || id != null ? Long.MAX_VALUE : AMPLIFICATION * received - sent;
    }

    /** A challenge has to be sent. */
    void challenge() {
        if (!challengeDue) {
            challengeDue = true;
            attempts = 0;
        }
    }

    /**
     * The remote goes on to send from an address that is not validated, and all challenges are lost or over: it is
     * asked anew.
     */
    void challengeAgain() {
        if (!validated && challengeDeadline == Long.MAX_VALUE) {
            challenge();
        }
    }

    boolean isChallengeDue() {
        return challengeDue;
    }

    void challenged(long data, long deadline) {
        challengeDue = false;
        challenges[challengeCount % MAX_CHALLENGES] = data;
        challengeCount++;
        attempts++;
        challengeDeadline = deadline;
    }

    /** Whether an answer is one of the challenges that are out. */
    boolean answers(long data) {
        for (int i = 0; i < Math.min(challengeCount, MAX_CHALLENGES); i++) {
            if (challenges[i] == data) {
                return true;
            }
        }
        return false;
    }

    long challengeDeadline() {
        return challengeDeadline;
    }

    /** No answer in time; returns whether another challenge will be sent. */
    boolean timeout() {
        challengeDeadline = Long.MAX_VALUE;
        challengeDue = attempts < MAX_CHALLENGES;
        return challengeDue;
    }
}
