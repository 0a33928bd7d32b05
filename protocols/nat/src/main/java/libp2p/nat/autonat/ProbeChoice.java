package libp2p.nat.autonat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.BiPredicate;
import libp2p.core.connection.Connection;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.nat.autonat.v2.ProbedAddresses;
import org.jspecify.annotations.Nullable;

/**
 * Decides which server is asked about which address, and when there may be more to ask. A server that routers of this
 * host do not know yet is preferred, since only its success proves something about strangers. Not thread-safe.
 */
final class ProbeChoice {
    /**
     * One question.
     *
     * @param open whether no router stands before the address that lets in some and not others
     */
    record Request(Connection server, Multiaddr address, boolean open) {}

    private final AutoNatServers servers;
    private final ProbedAddresses probed;
    private final BiPredicate<InetAddress, Multiaddr> contact;
    private long next = Long.MAX_VALUE;

    /** @param contact whether this host has lately spoken with an IP address, over the transport of an address */
    ProbeChoice(AutoNatServers servers, ProbedAddresses probed, BiPredicate<InetAddress, Multiaddr> contact) {
        this.servers = servers;
        this.probed = probed;
        this.contact = contact;
    }

    /**
     * The servers to ask now, as many about an address as may decide. A server that is asked counts as busy until its
     * answer is told.
     *
     * @param entries the addresses of this host that are asked about
     * @param most requests
     */
    List<Request> choose(
            List<AddressBook.Entry> entries, SequencedMap<PeerId, Connection> present, int most, long now) {
        int machines = AutoNatServers.count(present);
        next = probed.nextDue(machines, now);
        List<Connection> ready = new ArrayList<>(servers.ready(present, now));
        List<Request> requests = new ArrayList<>();
        int before;
        do { // one request for each address, and then another for each, so that none has all the servers
            before = requests.size();
            for (Multiaddr address : probed.due(machines, now)) {
                Request request = requests.size() < most ? request(address, ready, machines, entries, now) : null;
                if (request == null) {
                    next = Math.min(next, Math.min(servers.nextReady(now), probed.nextWilling(address, now)));
                } else {
                    ready.remove(request.server);
                    servers.rest(request.server.remotePeer(), Long.MAX_VALUE);
                    requests.add(request);
                }
            }
        } while (requests.size() > before);
        if (!requests.isEmpty()) {
            next = Math.min(next, servers.nextReady(now));
        }
        return requests;
    }

    /** The best request about an address, which counts as asked then; null if no server is left. */
    private @Nullable Request request(
            Multiaddr address, List<Connection> ready, int machines, List<AddressBook.Entry> entries, long now) {
        Connection best = null;
        boolean bestContact = true;
        for (Connection server : ready) {
            InetAddress ip = server.remoteAddress().ip();
            if (ip == null
                    || probed.isAsked(address, ip)
                    || probed.isUnwilling(address, ip, now)
                    || machines >= 3 && probed.hasVoted(address, ip)) {
                continue;
            }
            boolean known = contact.test(ip, address);
            if (best == null || bestContact && !known) {
                best = server;
                bestContact = known;
            }
        }
        InetAddress asked = best == null ? null : best.remoteAddress().ip();
        if (best == null || asked == null) {
            return null;
        }
        probed.asked(address, asked, now);
        return new Request(best, address, isTrusted(address, entries));
    }

    /**
     * When, after a choice, there may be more to ask although nothing has happened: a server has rested, or an address
     * is due again. {@code Long.MAX_VALUE} if never.
     */
    long next() {
        return next;
    }

    /**
     * No router that remembers contacts stands before an address of this machine, or one that was mapped or configured.
     */
    private static boolean isTrusted(Multiaddr address, List<AddressBook.Entry> entries) {
        InetAddress ip = address.ip();
        return entries.stream()
                .filter(entry -> ip != null && ip.equals(entry.address().ip()))
                .anyMatch(entry -> entry.origin() == Origin.LISTEN
                        || entry.origin() == Origin.INTERFACE
                        || entry.origin() == Origin.CONFIGURED
                        || entry.origin() == Origin.MAPPED
                                && entry.address().port() == address.port()
                                && entry.address().has(Protocol.TCP) == address.has(Protocol.TCP));
    }
}
