package libp2p.nat.dcutr;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.nat.address.Circuits;
import libp2p.nat.address.Publicness;

/**
 * The rules of a punch: the security roles of each try, its length, and the addresses that are dialed. No threads, no
 * clock, no I/O.
 */
final class PunchPlan {
    private final HolePunchLimits limits;
    private final Publicness publicness;

    PunchPlan(HolePunchLimits limits, Publicness publicness) {
        this.limits = limits;
        this.publicness = publicness;
    }

    /**
     * The security role of the peer that starts the exchange. The specification makes it the responder. Where one
     * router is so open that its SYN reaches the other's listener, both ends would respond and wait for each other; so
     * in the second try it is the initiator, as the other peer always is, and whichever listener is reached responds.
     *
     * @param attempt from 1
     */
    Role starter(int attempt) {
        return attempt == 2 ? Role.INITIATOR : Role.RESPONDER;
    }

    /** The security role of the peer that answers: the initiator in every try. */
    Role answerer() {
        return Role.INITIATOR;
    }

    /**
     * The time for which the starter dials in one try.
     *
     * @param number of the try, from 1
     * @param roundTrip through the relay
     */
    Duration starterTime(int number, Duration roundTrip) {
        return least(attempt(number).plus(roundTrip.multipliedBy(4)), limits.longestAttempt());
    }

    /** The time for which the answerer dials: a little less, so that it has given up when the next try begins. */
    Duration answererTime(int number, Duration roundTrip) {
        return least(
                attempt(number).plus(roundTrip.multipliedBy(3)),
                limits.longestAttempt().minus(roundTrip));
    }

    private Duration attempt(int number) {
        return number < limits.tries() ? limits.attempt() : limits.lastAttempt();
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** The pause of the starter after {@code SYNC}: it dials when that message arrives. */
    static Duration delay(Duration roundTrip) {
        return roundTrip.dividedBy(2);
    }

    /**
     * Of the addresses that a peer names, those that are dialed: a message from a stranger must not make this host send
     * packets into its own network, to itself, or to many places.
     *
     * @param own addresses of this host
     */
    List<Multiaddr> targets(Collection<Multiaddr> named, Collection<Multiaddr> own) {
        return usable(named, own);
    }

    /** Of the addresses of this host, those that the other peer is told of. */
    List<Multiaddr> told(Collection<Multiaddr> own) {
        return usable(own, List.of());
    }

    private List<Multiaddr> usable(Collection<Multiaddr> addresses, Collection<Multiaddr> without) {
        SequencedSet<Multiaddr> usable = new LinkedHashSet<>();
        for (Multiaddr named : addresses) {
            Multiaddr address = named.withoutPeer();
            boolean transport = address.has(Protocol.TCP)
                            && address.components().size() == 2
                    || address.has(Protocol.QUIC_V1) && address.components().size() == 3;
            if (transport
                    && usable.size() < limits.addresses()
                    && address.ip() != null
                    && address.port() > 0
                    && !Circuits.isCircuit(address)
                    && publicness.isPublic(address)
                    && !without.contains(address)) {
                usable.add(address);
            }
        }
        return List.copyOf(usable);
    }
}
