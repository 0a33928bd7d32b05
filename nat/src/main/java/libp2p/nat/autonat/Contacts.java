package libp2p.nat.autonat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * With which IP addresses this host has spoken of late, by TCP and by UDP apart: routers that filter by address let
 * those in and nobody else, so their success proves nothing. Not thread-safe.
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
