package libp2p.nat.autonat.v2;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a host that servers are asked about, with their votes. Of those that share IP address and port one
 * is asked about, plain TCP or QUIC; its verdict holds for the others. Not thread-safe.
 */
public final class ProbedAddresses {
    /** The state of one address. */
    public enum Finding {
        /** Too few servers have answered. */
        UNKNOWN,
        /** Servers have reached it. */
        REACHABLE,
        /** Only for those that this host has sent something before, as far as is known. */
        RESTRICTED,
        /** Servers have tried in vain. */
        UNREACHABLE
    }

    /** The verdict of a server. */
    public enum Vote {
        /** The server has reached the address. */
        REACHED,
        /**
         * The server has reached it from an address to which this host had sent before, which a router may have let in
         * for that.
         */
        REACHED_AS_CONTACT,
        /** The server has tried in vain. */
        FAILED,
        /** The server does not dial the address. */
        UNWILLING,
        /** The server did not try. */
        REFUSED
    }

    private final SequencedMap<Multiaddr, AddressVotes> votes = new LinkedHashMap<>();
    private final int most;
    private List<Multiaddr> all = List.of();

    /** @param most addresses that are tracked */
    public ProbedAddresses(int most) {
        this.most = most;
    }

    /**
     * Sets the addresses; the votes of those that no longer exist are forgotten.
     *
     * @return whether they are others than before
     */
    public boolean set(Collection<Multiaddr> addresses) {
        List<Multiaddr> now = addresses.stream().distinct().sorted().limit(most).toList();
        if (now.equals(all)) {
            return false;
        }
        all = now;
        List<Multiaddr> primaries = now.stream().map(this::primary).distinct().toList();
        votes.keySet().retainAll(primaries);
        primaries.forEach(
                address -> votes.computeIfAbsent(address, key -> new AddressVotes(AddressVoteLimits.DEFAULT)));
        return true;
    }

    /** Forgets the votes about an address, because the mapping that led there has begun or ended. */
    public void forget(Multiaddr address) {
        votes.computeIfPresent(primary(address), (key, old) -> new AddressVotes(AddressVoteLimits.DEFAULT));
    }

    /** All addresses, sorted. */
    public List<Multiaddr> all() {
        return all;
    }

    /** The one that is asked about instead of an address: on the same socket, with the least on top. */
    private Multiaddr primary(Multiaddr address) {
        List<Component> socket = socket(address);
        return all.stream()
                .filter(other -> socket.equals(socket(other)))
                .min(Comparator.comparingInt(ProbedAddresses::rank).thenComparing(Comparator.naturalOrder()))
                .orElse(address);
    }

    private static int rank(Multiaddr address) {
        int parts = address.components().size();
        boolean plain = parts == 2 && address.has(Protocol.TCP) || parts == 3 && address.has(Protocol.QUIC_V1);
        return plain ? 0 : parts;
    }

    private static List<Component> socket(Multiaddr address) {
        List<Component> parts = address.components();
        return parts.subList(0, Math.min(2, parts.size()));
    }

    /**
     * The addresses that servers are to be asked about now. Those that are known longest come first, so that addresses
     * that strangers invent again and again do not take their servers away.
     */
    public List<Multiaddr> due(int servers, long now) {
        return votes.entrySet().stream()
                .filter(entry -> entry.getValue().isDue(servers, now))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The moment at which the next address is due that is not due now; {@code Long.MAX_VALUE} if none ever is. */
    public long nextDue(int servers, long now) {
        long next = Long.MAX_VALUE;
        for (AddressVotes cast : votes.values()) {
            long at = cast.dueAt(servers, now);
            if (at > now) {
                next = Math.min(next, at);
            }
        }
        return next;
    }

    /**
     * When the next server may be asked again that does not dial an address; {@code Long.MAX_VALUE} if there is none.
     */
    public long nextWilling(Multiaddr address, long now) {
        AddressVotes cast = votes.get(address);
        return cast == null ? Long.MAX_VALUE : cast.nextWilling(now);
    }

    /** Whether a server has said something about an address already. */
    public boolean hasVoted(Multiaddr address, InetAddress server) {
        AddressVotes cast = votes.get(address);
        return cast != null && cast.hasVoted(Subnet.machine(server));
    }

    /** Whether a server said lately that it does not dial an address. */
    public boolean isUnwilling(Multiaddr address, InetAddress server, long now) {
        AddressVotes cast = votes.get(address);
        return cast != null && cast.isUnwilling(Subnet.machine(server), now);
    }

    /** A server is asked about an address now. */
    public void asked(Multiaddr address, InetAddress server, long now) {
        AddressVotes cast = votes.get(address);
        if (cast != null) {
            cast.asked(Subnet.machine(server), now);
        }
    }

    /** Whether a server is asked about an address and has yet to answer. */
    public boolean isAsked(Multiaddr address, InetAddress server) {
        AddressVotes cast = votes.get(address);
        return cast != null && cast.isAsked(Subnet.machine(server));
    }

    /**
     * A server has answered.
     *
     * @param servers how many there are
     */
    public void vote(Multiaddr address, InetAddress server, Vote vote, int servers, long now) {
        AddressVotes cast = votes.get(address);
        if (cast == null) {
            return;
        }
        Subnet voter = Subnet.machine(server);
        switch (vote) {
            case REACHED -> cast.vote(voter, AddressVotes.Outcome.REACHED, servers, now);
            case REACHED_AS_CONTACT -> cast.vote(voter, AddressVotes.Outcome.REACHED_AS_CONTACT, servers, now);
            case FAILED -> cast.vote(voter, AddressVotes.Outcome.FAILED, servers, now);
            case UNWILLING -> cast.unwilling(voter, now);
            case REFUSED -> cast.refused(voter, now);
        }
    }

    /**
     * The conclusion for an address. A router that lets strangers in at one port of an IP address does so at others
     * too.
     */
    public Finding finding(Multiaddr address, int servers, long now) {
        Finding own = own(address, servers, now);
        if (own != Finding.RESTRICTED) {
            return own;
        }
        InetAddress ip = address.ip();
        boolean open = all.stream()
                .filter(other -> ip != null && ip.equals(other.ip()))
                .anyMatch(other -> own(other, servers, now) == Finding.REACHABLE);
        return open ? Finding.REACHABLE : own;
    }

    private Finding own(Multiaddr address, int servers, long now) {
        Multiaddr primary = primary(address);
        @Nullable AddressVotes cast = votes.get(primary);
        if (cast == null) {
            return Finding.UNKNOWN;
        }
        return switch (cast.verdict(servers, now)) {
            case UNKNOWN -> Finding.UNKNOWN;
            case REACHABLE -> Finding.REACHABLE;
            case RESTRICTED -> Finding.RESTRICTED;
            // The socket may be open where only one of its transports is not.
            case UNREACHABLE -> primary.equals(address) ? Finding.UNREACHABLE : Finding.UNKNOWN;
        };
    }
}
