package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.Registration;
import libp2p.core.resource.ResourceScope;
import libp2p.core.transport.DialRequest;
import org.jspecify.annotations.Nullable;

/**
 * A dial through a hole that is being punched (libp2p specification, relay/DCUtR). A router that maps each destination
 * to another port gives the peer one that no peer has told of, until datagrams of the peer come from there. That port
 * is dialed then, beside the one that is known, and the first connection is kept. Only the peer can make one, so that
 * nothing is won by sending from its address.
 */
final class HolePunchDial {
    private static final System.Logger LOG = System.getLogger("libp2p.transports.quic");

    /** Unknown ports that are dialed: a router has one, and strangers that forge the peer's address may claim more. */
    static final int PORTS = 2;

    private final Environment environment;
    private final QuicPort port;
    private final InetSocketAddress remote;
    private final QuicProtocol protocol;
    private final ResourceScope scope;
    private final Deadline deadline;
    private final Set<InetSocketAddress> unknown = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();
    private final List<QuicConnection> begun = new ArrayList<>(1);
    private @Nullable QuicConnection made;
    private boolean over;

    HolePunchDial(
            Environment environment,
            QuicPort port,
            InetSocketAddress remote,
            QuicProtocol protocol,
            DialRequest request) {
        this.environment = environment;
        this.port = port;
        this.remote = remote;
        this.protocol = protocol;
        this.scope = request.scope();
        this.deadline = request.deadline();
    }

    /**
     * Connects; blocks until streams can be opened.
     *
     * @throws libp2p.core.failure.DeadlineExceededException when the deadline passes
     */
    QuicConnection connect() throws IOException {
        QuicConnection known = begin(remote);
        IOException failure = null;
        Registration strays = port.receivers().onStray(this::heard);
        try {
            known.awaitHandshake(deadline);
        } catch (IOException failed) {
            failure = failed;
        } finally {
            strays.close();
        }
        QuicConnection winner = end(failure == null ? known : null);
        if (winner == null) {
            throw failure == null ? new IOException("the dial of " + remote + " is over") : failure;
        }
        return winner;
    }

    private QuicConnection begin(InetSocketAddress target) {
        QuicConnection connection = port.begin(target, protocol, scope);
        begun.add(connection);
        return connection;
    }

    /** A datagram came that is of no connection. By an event loop. */
    private void heard(InetSocketAddress from) {
        if (from.getPort() != remote.getPort()
                && from.getAddress().equals(remote.getAddress())
                && unknown.size() < PORTS
                && unknown.add(from)) {
            environment.start("quic-punch", () -> dial(from));
        }
    }

    private void dial(InetSocketAddress from) {
        QuicConnection connection;
        lock.lock();
        try {
            if (over) {
                return;
            }
            connection = begin(from);
        } finally {
            lock.unlock();
        }
        try {
            connection.awaitHandshake(deadline);
        } catch (IOException failure) {
            LOG.log(System.Logger.Level.DEBUG, "no hole at {0}: {1}", from, failure.getMessage());
            return;
        }
        QuicConnection known;
        lock.lock();
        try {
            if (over || made != null) {
                return; // closed by the end
            }
            made = connection;
            known = begun.getFirst();
        } finally {
            lock.unlock();
        }
        known.giveUpHandshake(new IOException("the peer was reached at another port than " + remote));
    }

    /** Closes all connections but the one that is kept, and returns that. */
    private @Nullable QuicConnection end(@Nullable QuicConnection known) {
        QuicConnection kept;
        lock.lock();
        try {
            over = true;
            if (made == null) {
                made = known;
            }
            kept = made;
        } finally {
            lock.unlock();
        }
        for (QuicConnection connection : begun) { // which grows no more
            if (connection != kept) {
                connection.giveUpHandshake(new IOException("the dial through the hole has ended"));
                connection.close(ErrorCode.NONE, "another connection is used");
            }
        }
        return kept;
    }
}
