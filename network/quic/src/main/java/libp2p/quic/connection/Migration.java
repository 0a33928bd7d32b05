package libp2p.quic.connection;

import java.net.InetSocketAddress;
import java.util.Objects;
import libp2p.quic.recovery.PacketSpace;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.TransportException;
import libp2p.quic.wire.TransportParameterId;
import libp2p.quic.wire.TransportParameters;
import org.jspecify.annotations.Nullable;

/**
 * Connection migration, to other addresses (RFC 9000, section 9): the remote moves, or this side, a client, tries
 * another address of its own and moves there when the remote answers. The caller tells the addresses of this side apart
 * by numbers; the first is 0. Under the lock of the connection.
 */
public final class Migration {
    private final Connection connection;
    private @Nullable NetworkPath tried;
    private int heardOn;

    Migration(Connection connection) {
        this.connection = connection;
    }

    /** The address of this side from which packets leave, those excepted that try another. */
    public int local() {
        return connection.path.local;
    }

    /** The address of the remote, when it has shown that it is its own; null until then. */
    public @Nullable InetSocketAddress proved() {
        NetworkPath path = connection.path;
        return path.isValidated() ? path.remote : null;
    }

    /** The packets that follow have come to this address. */
    public void heardOn(int local) {
        heardOn = local;
    }

    /** Whether another address is being tried. */
    public boolean isTrying() {
        return tried != null;
    }

    /** Whether an address of this side may be tried. */
    public boolean mayAttempt(int local) {
        TransportParameters remote = connection.remoteParameters;
        return connection.client
                && connection.isConfirmed()
                && connection.closing() == null
                && !connection.isTerminated()
                && tried == null
                && local != connection.path.local
                && connection.remoteIds.hasSpare()
                && remote != null
                && !remote.has(TransportParameterId.DISABLE_ACTIVE_MIGRATION);
    }

    /**
     * Tries another address of this side. The connection stays on its path until the remote has answered on the other.
     *
     * @return false if that cannot be: on servers, before the handshake is confirmed, if the remote forbids it or has
     *     given no id for it, or while another address is tried
     */
    public boolean attempt(int local) {
        if (!mayAttempt(local)) {
            return false;
        }
        ConnectionId id = connection.remoteIds.reserve();
        if (id == null) {
            return false;
        }
        NetworkPath path = new NetworkPath(connection.path.remote, null, false, local, id);
        path.challenge();
        tried = path;
        return true;
    }

    /** The path that has to be challenged now because it is tried, or null. */
    @Nullable
    NetworkPath due() {
        NetworkPath path = tried;
        if (path != null && !connection.remoteIds.isReserved(path.id)) {
            tried = null; // the remote has retired its id
            return null;
        }
        return path != null && path.isChallengeDue() ? path : null;
    }

    /** The path on which a packet has come to a client from its server, who stays where it is. */
    NetworkPath heard() {
        NetworkPath path = tried;
        return path != null && path.local == heardOn ? path : connection.path;
    }

    /** A PATH_RESPONSE has come, on whatever path. */
    void answered(long data, long now) throws TransportException {
        NetworkPath path = tried;
        if (path == null || !path.answers(data) || !connection.remoteIds.isReserved(path.id)) {
            return;
        }
        tried = null;
        path.id = null;
        path.validated();
        connection.remoteIds.adopt();
        connection.path = path;
        anew();
        PacketSpace space = connection.level(TlsDriver.APPLICATION).space;
        if (connection.recovery.probes() > 0) { // nothing of what was sent there has arrived for long
            connection.recovery.loseEverything(space);
        }
        connection.pingDue = true; // the remote follows what is more than a probe
    }

    long nextTimeout() {
        NetworkPath path = tried;
        return path == null ? Long.MAX_VALUE : path.challengeDeadline();
    }

    void timeout(long now) {
        NetworkPath path = tried;
        if (path != null && now >= path.challengeDeadline() && !path.timeout()) {
            tried = null;
            try {
                connection.remoteIds.release();
            } catch (TransportException tooMany) {
                connection.fail(tooMany, now);
            }
        }
    }

    /** The remote sends from another address, or to another (section 9.3). */
    void follow(NetworkPath to) throws TransportException {
        NetworkPath from = connection.path;
        connection.path = to;
        if (!to.isValidated()) {
            to.challenge();
        }
        if (from.isValidated()) { // another that the remote has not answered from is not worth going back to
            connection.oldPath = from;
            from.challenge();
        }
        InetSocketAddress before = from.remote;
        if (!to.remote.getAddress().equals(before.getAddress()) || !Objects.equals(to.own, from.own)) {
            anew();
        }
        connection.remoteIds.rotate();
    }

    /** Nothing is known of the path. */
    private void anew() {
        connection.recovery.congestion().reset();
        connection.recovery.rtt().reset();
        connection.recovery.ecn().reset();
        connection.mtu.restart();
    }
}
