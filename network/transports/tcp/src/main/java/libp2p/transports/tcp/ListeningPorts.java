package libp2p.transports.tcp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The ports a transport listens on, for dials that want to leave from one. Thread-safe. */
final class ListeningPorts {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<PortShare> listeners = new ArrayList<>();
    private final AtomicLong fallbacks = new AtomicLong();

    void add(PortShare listener) {
        lock.lock();
        try {
            listeners.add(listener);
        } finally {
            lock.unlock();
        }
    }

    void remove(PortShare listener) {
        lock.lock();
        try {
            listeners.remove(listener);
        } finally {
            lock.unlock();
        }
    }

    /** The listening address to leave from towards a remote: same family, and loopback only towards loopback. */
    @Nullable
    InetSocketAddress localFor(InetAddress remote) {
        lock.lock();
        try {
            for (PortShare listener : listeners) {
                InetSocketAddress candidate = listener.socketAddress();
                InetAddress ip = candidate.getAddress();
                boolean sameFamily = (ip instanceof Inet4Address) == (remote instanceof Inet4Address);
                boolean reaches = ip.isAnyLocalAddress() || ip.isLoopbackAddress() == remote.isLoopbackAddress();
                if (sameFamily && reaches) {
                    return candidate;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    boolean contains(InetSocketAddress local) {
        lock.lock();
        try {
            return listeners.stream()
                    .anyMatch(listener -> listener.socketAddress().getPort() == local.getPort());
        } finally {
            lock.unlock();
        }
    }

    void countFallback() {
        fallbacks.incrementAndGet();
    }

    long fallbacks() {
        return fallbacks.get();
    }

    void closeAll() {
        List<PortShare> open;
        lock.lock();
        try {
            open = List.copyOf(listeners);
        } finally {
            lock.unlock();
        }
        open.forEach(share -> {
            remove(share);
            share.close();
        });
    }
}
