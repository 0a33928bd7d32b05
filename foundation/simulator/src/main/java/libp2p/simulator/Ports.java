package libp2p.simulator;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The TCP ports of a host: who listens, and which connections leave from where. */
final class Ports {
    private static final int FIRST_EPHEMERAL = 32_768;
    private static final int LAST_EPHEMERAL = 60_999;

    private record Connection(InetSocketAddress local, InetSocketAddress remote) {}

    private final List<SimulatedTcpListener> listeners = new ArrayList<>(2);
    private final Set<Connection> connections = new HashSet<>();
    /** Number of connections that hold a port. */
    private final Map<Integer, Integer> held = new HashMap<>();

    private int nextEphemeral;

    Ports(SeededRandom random) {
        nextEphemeral = FIRST_EPHEMERAL + random.nextInt(LAST_EPHEMERAL - FIRST_EPHEMERAL + 1);
    }

    int ephemeral() throws BindException {
        for (int tries = FIRST_EPHEMERAL; tries <= LAST_EPHEMERAL; tries++) {
            int port = nextEphemeral;
            nextEphemeral = port == LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
            if (!held.containsKey(port)
                    && listeners.stream().noneMatch(l -> l.localAddress().getPort() == port)) {
                return port;
            }
        }
        throw new BindException("Address already in use: no free port");
    }

    void add(SimulatedTcpListener listener) throws BindException {
        for (SimulatedTcpListener other : listeners) {
            if (overlap(other.localAddress(), listener.localAddress())) {
                throw new BindException("Address already in use");
            }
        }
        listeners.add(listener);
    }

    void remove(SimulatedTcpListener listener) {
        listeners.remove(listener);
    }

    /** The listener for an address: one on it, or one on the wildcard. */
    @Nullable
    SimulatedTcpListener listenerAt(InetSocketAddress address) {
        SimulatedTcpListener wildcard = null;
        for (SimulatedTcpListener listener : listeners) {
            if (listener.localAddress().equals(address)) {
                return listener;
            }
            if (overlap(listener.localAddress(), address)) {
                wildcard = listener;
            }
        }
        return wildcard;
    }

    /** Checks that a connection may leave from a port that it names itself. */
    void checkReusable(InetSocketAddress local) throws BindException {
        SimulatedTcpListener listener = listenerAt(local);
        if (listener != null && !listener.reusePort) {
            throw new BindException("Address already in use");
        }
    }

    /** Whether a connection holds these ends from now on; false if another does. */
    boolean hold(InetSocketAddress local, InetSocketAddress remote) {
        if (!connections.add(new Connection(local, remote))) {
            return false;
        }
        held.merge(local.getPort(), 1, Integer::sum);
        return true;
    }

    void free(InetSocketAddress local, InetSocketAddress remote) {
        if (connections.remove(new Connection(local, remote))) {
            held.computeIfPresent(local.getPort(), (port, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Whether two bound addresses share a port; a wildcard stands for all addresses of its family. */
    static boolean overlap(InetSocketAddress a, InetSocketAddress b) {
        InetAddress x = a.getAddress();
        InetAddress y = b.getAddress();
        return a.getPort() == b.getPort()
                && x.getClass() == y.getClass()
                && (x.isAnyLocalAddress() || y.isAnyLocalAddress() || x.equals(y));
    }
}
