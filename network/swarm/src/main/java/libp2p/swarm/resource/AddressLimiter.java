package libp2p.swarm.resource;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import libp2p.core.environment.Environment;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/**
 * Limits the inbound connections of one remote network before any handshake: how many at a time, and how fast. Networks
 * with connections are as many as the connections; of the others a bounded number is remembered. Guarded by the lock of
 * the manager.
 */
final class AddressLimiter {
    /** The state of one network under one rule. */
    private static final class Network {
        int connections;
        double tokens;
        long updated;
    }

    /** One rule with its networks, by the first 64 bits of their prefix. */
    private static final class Table {
        final AddressLimits.Rule rule;
        final int maximumIdle;
        final Map<Long, Network> active = new HashMap<>();
        final SequencedMap<Long, Network> idle = new LinkedHashMap<>();

        Table(AddressLimits.Rule rule, int maximumIdle) {
            this.rule = rule;
            this.maximumIdle = maximumIdle;
        }

        int bits(byte[] address) {
            return address.length == 4 ? rule.bits4() : rule.bits6();
        }

        /** The network as it is now; it may be new and is then remembered only by {@link #open}. */
        Network at(long key, long now) {
            Network network = active.get(key);
            if (network == null) {
                network = idle.get(key);
            }
            if (network == null) {
                network = new Network();
                network.tokens = rule.burst();
                network.updated = now;
            }
            double earned = (now - network.updated) / 1e9 * rule.perSecond();
            network.tokens = Math.min(rule.burst(), network.tokens + earned);
            network.updated = now;
            return network;
        }

        void open(long key, Network network) {
            idle.remove(key);
            active.put(key, network);
            network.connections++;
            network.tokens -= 1;
        }

        void close(long key) {
            Network network = active.get(key);
            if (network != null && --network.connections == 0) {
                active.remove(key);
                idle.putLast(key, network);
                if (idle.size() > maximumIdle) {
                    idle.pollFirstEntry();
                }
            }
        }
    }

    private final Environment environment;
    private final AllowList allowed;
    private final Refusals refusals;
    private final List<Table> tables;

    AddressLimiter(Environment environment, AddressLimits limits, AllowList allowed, Refusals refusals) {
        this.environment = environment;
        this.allowed = allowed;
        this.refusals = refusals;
        this.tables = limits.rules().stream()
                .map(rule -> new Table(rule, limits.idle()))
                .toList();
    }

    /** Charges a connection to the networks of its remote address, or to none of them. */
    @Nullable
    ResourceRefusal open(Multiaddr remote) {
        return open(limited(remote), null);
    }

    /**
     * Charges a connection that moves to the networks of its new address that it does not come from, or to none of them;
     * {@link #moved} ends what this begins.
     */
    @Nullable
    ResourceRefusal move(Multiaddr from, Multiaddr to) {
        return open(limited(to), limited(from));
    }

    private @Nullable ResourceRefusal open(@Nullable InetAddress ip, @Nullable InetAddress from) {
        if (ip == null) {
            return null;
        }
        byte[] address = ip.getAddress();
        long now = environment.nanoTime();
        for (Table table : tables) {
            ResourceRefusal refusal = isShared(table, ip, from) ? null : check(table, ip, address, now);
            if (refusal != null) {
                return refusal;
            }
        }
        for (Table table : tables) {
            int bits = table.bits(address);
            if (bits >= 0 && !isShared(table, ip, from)) {
                long key = key(address, bits);
                table.open(key, table.at(key, now));
            }
        }
        return null;
    }

    /** Whether both addresses are of one network under this rule: a connection may move within that, however full. */
    private static boolean isShared(Table table, InetAddress one, @Nullable InetAddress other) {
        if (other == null) {
            return false;
        }
        byte[] first = one.getAddress();
        byte[] second = other.getAddress();
        int bits = table.bits(first);
        return first.length == second.length && bits >= 0 && key(first, bits) == key(second, bits);
    }

    private @Nullable ResourceRefusal check(Table table, InetAddress ip, byte[] address, long now) {
        int bits = table.bits(address);
        if (bits < 0) {
            return null;
        }
        Network network = table.at(key(address, bits), now);
        if (network.connections >= table.rule.connections()) {
            return refusal(ip, bits, Resource.CONNECTIONS, network.connections + 1L, table.rule.connections());
        }
        if (network.tokens < 1) {
            return refusal(ip, bits, Resource.NEW_CONNECTIONS, table.rule.burst() + 1L, table.rule.burst());
        }
        return null;
    }

    private ResourceRefusal refusal(InetAddress ip, int bits, Resource resource, long value, long maximum) {
        return refusals.of(ScopeKind.NETWORK, "network:" + Subnet.of(ip, bits), resource, value, maximum);
    }

    /** The networks of an address that a connection has left, but for those of the one where it is now. */
    void moved(Multiaddr from, Multiaddr to) {
        close(limited(from), limited(to));
    }

    void close(Multiaddr remote) {
        close(limited(remote), null);
    }

    private void close(@Nullable InetAddress ip, @Nullable InetAddress now) {
        if (ip == null) {
            return;
        }
        byte[] address = ip.getAddress();
        for (Table table : tables) {
            int bits = table.bits(address);
            if (bits >= 0 && !isShared(table, ip, now)) {
                table.close(key(address, bits));
            }
        }
    }

    /** Networks that are remembered; for tests. */
    int remembered() {
        return tables.stream()
                .mapToInt(table -> table.active.size() + table.idle.size())
                .sum();
    }

    /** Connections through a relay have its address, not that of their peers: the relay and its client bound those. */
    private @Nullable InetAddress limited(Multiaddr remote) {
        InetAddress ip = tables.isEmpty() || remote.has(Protocol.P2P_CIRCUIT) ? null : remote.ip();
        return ip == null || ip.isLoopbackAddress() || allowed.allows(remote) ? null : ip;
    }

    /** The prefix of either family in one number: no IPv6 address of a sender begins with 32 ones. */
    private static long key(byte[] address, int bits) {
        boolean four = address.length == 4;
        long value = 0;
        for (int i = 0; i < (four ? 4 : 8); i++) {
            value = value << 8 | address[i] & 0xff;
        }
        long masked = bits == 0 ? 0 : value & -1L << (four ? 32 : 64) - bits;
        return four ? masked | 0xffff_ffffL << 32 : masked;
    }
}
