package libp2p.swarm.resource;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import libp2p.core.environment.Environment;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Limits the inbound connections of one remote network before any handshake: how many at a time, and how fast. Loopback is
 * exempt. Guarded by the lock of the manager.
 */
public final class AddressLimiter {
    /**
     * One limit for all networks of a size.
     *
     * @param bits4 prefix length of IPv4, or -1 if this rule is not for IPv4
     * @param bits6 prefix length of IPv6, or -1 if this rule is not for IPv6
     * @param connections at a time
     * @param perSecond new connections a second on the average
     * @param burst new connections at once
     */
    public record Rule(int bits4, int bits6, int connections, double perSecond, int burst) {}

    /**
     * Bounds of the limiter.
     *
     * @param tracked networks that are remembered per rule; the one unused longest is forgotten
     */
    public record Limits(java.util.List<Rule> rules, int tracked) {
        /** go-libp2p's limits. */
        public static final Limits DEFAULT =
                new Limits(java.util.List.of(new Rule(32, 56, 8, 0.2, 16), new Rule(-1, 48, 64, 0.5, 80)), 16_384);

        public static final Limits UNLIMITED = new Limits(java.util.List.of(), 0);

        public Limits {
            rules = java.util.List.copyOf(rules);
        }
    }

    private record Key(int rule, java.util.List<Byte> prefix) {}

    private static final class Network {
        int connections;
        double tokens;
        long updated;
    }

    private final Environment environment;
    private final Limits limits;
    private final SequencedMap<Key, Network> networks = new LinkedHashMap<>(16, 0.75f, true);

    AddressLimiter(Environment environment, Limits limits) {
        this.environment = environment;
        this.limits = limits;
    }

    /** Charges a connection to the networks of its remote address, or to none of them. */
    void open(Multiaddr remote) throws LimitExceededException {
        InetAddress ip = limited(remote);
        if (ip == null) {
            return;
        }
        for (int i = 0; i < limits.rules().size(); i++) {
            check(i, ip);
        }
        for (int i = 0; i < limits.rules().size(); i++) {
            Key key = key(i, ip);
            if (key != null) {
                Network network = network(key, limits.rules().get(i));
                network.connections++;
                network.tokens -= 1;
            }
        }
    }

    private void check(int rule, InetAddress ip) throws LimitExceededException {
        Key key = key(rule, ip);
        if (key == null) {
            return;
        }
        Rule limit = limits.rules().get(rule);
        Network network = network(key, limit);
        String scope = "network:" + ip.getHostAddress() + "/" + bits(limit, ip);
        if (network.connections >= limit.connections()) {
            throw new LimitExceededException(
                    scope,
                    "connections",
                    network.connections + 1L,
                    limit.connections(),
                    LimitExceededException.Side.LOCAL);
        }
        if (network.tokens < 1) {
            throw new LimitExceededException(
                    scope, "newConnections", limit.burst() + 1L, limit.burst(), LimitExceededException.Side.LOCAL);
        }
    }

    private Network network(Key key, Rule rule) {
        long now = environment.nanoTime();
        Network network = networks.get(key);
        if (network == null) {
            network = new Network();
            network.tokens = rule.burst();
            network.updated = now;
            networks.put(key, network);
            forgetIdle();
        }
        double earned = (now - network.updated) / 1e9 * rule.perSecond();
        network.tokens = Math.min(rule.burst(), network.tokens + earned);
        network.updated = now;
        return network;
    }

    private void forgetIdle() {
        if (networks.size() <= limits.tracked()) {
            return;
        }
        int looked = 0;
        for (var iterator = networks.entrySet().iterator(); iterator.hasNext() && looked++ < 16; ) {
            if (iterator.next().getValue().connections == 0) {
                iterator.remove();
                return;
            }
        }
    }

    void close(Multiaddr remote) {
        InetAddress ip = limited(remote);
        if (ip == null) {
            return;
        }
        for (int i = 0; i < limits.rules().size(); i++) {
            Key key = key(i, ip);
            Network network = key == null ? null : networks.get(key);
            if (network != null && network.connections > 0) {
                network.connections--;
            }
        }
    }

    private static @Nullable InetAddress limited(Multiaddr remote) {
        InetAddress ip = remote.ip();
        return ip == null || ip.isLoopbackAddress() ? null : ip;
    }

    private static int bits(Rule rule, InetAddress ip) {
        return ip instanceof Inet4Address ? rule.bits4() : rule.bits6();
    }

    private @Nullable Key key(int rule, InetAddress ip) {
        int bits = bits(limits.rules().get(rule), ip);
        if (bits < 0) {
            return null;
        }
        byte[] bytes = Arrays.copyOf(ip.getAddress(), (bits + 7) / 8);
        if (bits % 8 != 0) {
            bytes[bytes.length - 1] &= (byte) (0xff << (8 - bits % 8));
        }
        Byte[] boxed = new Byte[bytes.length];
        Arrays.setAll(boxed, i -> bytes[i]);
        return new Key(rule, java.util.List.of(boxed));
    }
}
