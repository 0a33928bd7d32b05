package libp2p.nat.autonat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * The IP addresses that this host has exchanged packets with lately, for TCP and UDP apart. Routers that filter by
 * address let in those alone, so a server at one of them that gets through proves nothing about strangers.
 * Thread-safe.
 */
final class Contacts {
    private record Key(InetAddress address, boolean udp) {}

    private final SequencedMap<Key, Long> until = new LinkedHashMap<>(16, 0.75f, true);
    private final ReentrantLock lock = new ReentrantLock();
    private final int most;
    private final long life;

    Contacts(int most, Duration life) {
        this.most = most;
        this.life = life.toNanos();
    }

    /** This host dials the address, or there is a connection with it, or was a moment ago. */
    void seen(Multiaddr remote, long now) {
        InetAddress ip = remote.ip();
        if (ip == null) {
            return;
        }
        lock.lock();
        try {
            until.put(new Key(ip, remote.has(Protocol.UDP)), now + life);
            if (until.size() > most) {
                until.pollFirstEntry();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether an IP address is known to routers on the way of the transport of an address. */
    boolean knows(@Nullable InetAddress ip, Multiaddr transport, long now) {
        if (ip == null) {
            return false;
        }
        lock.lock();
        try {
            Long end = until.get(new Key(ip, transport.has(Protocol.UDP)));
            return end != null && end > now;
        } finally {
            lock.unlock();
        }
    }
}
