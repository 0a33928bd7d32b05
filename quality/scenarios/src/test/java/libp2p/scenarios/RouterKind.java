package libp2p.scenarios;

import libp2p.simulator.SimulatedNat;
import libp2p.simulator.SimulatedNat.Filtering;
import libp2p.simulator.SimulatedNat.Mapping;
import libp2p.simulator.SimulatedNat.PortChoice;

/** The router of a host in a crowd, and the theory about two of them. */
enum RouterKind {
    /** Nothing: the host has a public address. */
    OPEN(true, Filtering.ENDPOINT_INDEPENDENT),
    FULL_CONE(true, Filtering.ENDPOINT_INDEPENDENT),
    RESTRICTED_CONE(true, Filtering.ADDRESS_DEPENDENT),
    PORT_RESTRICTED_CONE(true, Filtering.ADDRESS_AND_PORT_DEPENDENT),
    /** The masquerading of Linux: dependent in theory, but it keeps ports. */
    LINUX(true, Filtering.ADDRESS_AND_PORT_DEPENDENT),
    ADDRESS_DEPENDENT(false, Filtering.ADDRESS_AND_PORT_DEPENDENT),
    SYMMETRIC(false, Filtering.ADDRESS_AND_PORT_DEPENDENT),
    /** A router at home behind one of the provider. */
    BEHIND_TWO(true, Filtering.ADDRESS_AND_PORT_DEPENDENT),
    /** A router that leads ports inside when it is asked by PCP or NAT-PMP. */
    MAPPING(true, Filtering.ENDPOINT_INDEPENDENT);

    private final boolean predictable;
    private final Filtering filtering;

    RouterKind(boolean predictable, Filtering filtering) {
        this.predictable = predictable;
        this.filtering = filtering;
    }

    /** Makes a router behave as its kind does. */
    SimulatedNat make(SimulatedNat nat) {
        nat.filtering(filtering);
        return switch (this) {
            case SYMMETRIC -> nat.mapping(Mapping.ADDRESS_AND_PORT_DEPENDENT).ports(PortChoice.RANDOM);
            case ADDRESS_DEPENDENT -> nat.mapping(Mapping.ADDRESS_DEPENDENT).ports(PortChoice.RANDOM);
            case LINUX -> nat.mapping(Mapping.ADDRESS_AND_PORT_DEPENDENT).ports(PortChoice.PRESERVING);
            case RESTRICTED_CONE, BEHIND_TWO -> nat.ports(PortChoice.RANDOM);
            default -> nat;
        };
    }

    /**
     * Whether two hosts that each have another public address can connect directly: both know from which port the other
     * comes, or the one that does know it is let in by the other whatever port it comes from.
     */
    boolean canMeet(RouterKind other) {
        if (predictable && other.predictable) {
            return true;
        }
        if (!predictable && !other.predictable) {
            return false;
        }
        RouterKind known = predictable ? this : other;
        return known.filtering != Filtering.ADDRESS_AND_PORT_DEPENDENT;
    }

    /** Whether strangers get through once AutoNAT has found it out. */
    boolean isReachable() {
        return filtering == Filtering.ENDPOINT_INDEPENDENT;
    }
}
