package libp2p.nat.dcutr;

import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.multiformats.multiaddr.Multiaddr;

/** The tools of both halves of a punch, which exist once the host is known. */
record PunchParts(
        Host host,
        HolePunchLimits limits,
        PunchPlan plan,
        ActivePunches active,
        DirectConnections direct,
        PunchExchange exchange,
        PunchDialer dialer,
        PunchOutcomes outcomes) {
    static PunchParts of(Host host, HolePunchLimits limits, PunchPlan plan, PunchOutcomes outcomes) {
        Environment environment = host.environment();
        DirectConnections direct = new DirectConnections(host);
        return new PunchParts(
                host,
                limits,
                plan,
                new ActivePunches(environment, limits.peers()),
                direct,
                new PunchExchange(environment, plan, limits.exchange()),
                new PunchDialer(host, direct, limits),
                outcomes);
    }

    Environment environment() {
        return host.environment();
    }

    /** Tells how an attempt ended. */
    void ended(PunchEvent event) {
        outcomes.ended(host.events(), event);
    }

    /** The addresses of this host, with those that few peers have seen or none could dial: a punch needs no more. */
    List<Multiaddr> own() {
        AddressBook book = host.addressBook();
        List<Multiaddr> own = new ArrayList<>();
        book.observations().forEach(seen -> own.add(seen.address()));
        for (AddressBook.Entry entry : book.entries()) {
            if (entry.origin() != Origin.RELAY && !AddressBook.isTemplate(entry.address())) {
                own.add(entry.address());
            }
        }
        return own;
    }
}
