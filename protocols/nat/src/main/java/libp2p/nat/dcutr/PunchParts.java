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
        List<Multiaddr> own = new ArrayList<>();
        host.addressBook().observations().forEach(seen -> own.add(seen.address()));
        own.addAll(known());
        return own;
    }

    /** The addresses that are those of this host indeed: what one peer claims to see may be where the other one is. */
    List<Multiaddr> known() {
        List<Multiaddr> known = new ArrayList<>();
        for (AddressBook.Entry entry : host.addressBook().entries()) {
            if (entry.origin() != Origin.RELAY && !AddressBook.isTemplate(entry.address())) {
                known.add(entry.address());
            }
        }
        return known;
    }
}
