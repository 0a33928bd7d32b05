package libp2p.nat.autonat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * The IP addresses that this host has exchanged packets with lately, for TCP and UDP apart. Routers that filter by
 * address let in those alone, so a server at one of them that gets through proves nothing about strangers. Not
 * thread-safe.
 */
final class Contacts {
    private record Key(InetAddress address, boolean udp) {}

    private final SequencedMap<Key, Long> until = new LinkedHashMap<>(16, 0.75f, true);
    private final int most;
    private final long life;

    Contacts(int most, Duration life) {
        this.most = most;
        this.life = life.toNanos();
    }

    /** There is, or was a moment ago, a connection with the address. */
    void seen(Multiaddr remote, long now) {
        InetAddress ip = remote.ip();
        if (ip != null) {
            until.put(new Key(ip, remote.has(Protocol.UDP)), now + life);
            if (until.size() > most) {
                until.pollFirstEntry();
            }
        }
    }

    /** Whether an IP address is known to routers on the way of the transport of an address. */
    boolean knows(@Nullable InetAddress ip, Multiaddr transport, long now) {
        if (ip == null) {
            return false;
        }
        Long end = until.get(new Key(ip, transport.has(Protocol.UDP)));
        return end != null && end > now;
    }
}
