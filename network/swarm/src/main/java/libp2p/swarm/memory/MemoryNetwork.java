package libp2p.swarm.memory;

import java.io.IOException;
import java.net.BindException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.host.TransportFactory;
import org.jspecify.annotations.Nullable;

/** The ports that memory transports listen on. Hosts that share a network reach each other. Thread-safe. */
public final class MemoryNetwork {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, MemoryListener> listeners = new HashMap<>();
    private long nextPort = 1;

    /** Makes memory transports on this network. */
    public TransportFactory factory() {
        return context -> new MemoryTransport(this, context.environment(), context.upgrader());
    }

    /** Takes a port; 0 takes a free one. */
    long bind(long wanted, MemoryListener listener) throws IOException {
        lock.lock();
        try {
            long port = wanted;
            if (port == 0) {
                while (listeners.containsKey(nextPort)) {
                    nextPort++;
                }
                port = nextPort++;
            } else if (listeners.containsKey(port)) {
                throw new BindException("address in use: /memory/" + Long.toUnsignedString(port));
            }
            listeners.put(port, listener);
            return port;
        } finally {
            lock.unlock();
        }
    }

    /** A port for the dialing end of a connection. */
    long ephemeralPort() {
        lock.lock();
        try {
            return nextPort++;
        } finally {
            lock.unlock();
        }
    }

    void unbind(long port, MemoryListener listener) {
        lock.lock();
        try {
            listeners.remove(port, listener);
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    MemoryListener at(long port) {
        lock.lock();
        try {
            return listeners.get(port);
        } finally {
            lock.unlock();
        }
    }
}
