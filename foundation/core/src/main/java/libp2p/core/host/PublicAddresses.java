package libp2p.core.host;

import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * Says which addresses count as public. A service of a host that implements it decides for dials how long relays are
 * held back and how long an address may take; without one {@link Multiaddr#isPublic} does.
 */
@FunctionalInterface
public interface PublicAddresses {
    /** Whether an address counts as one of the internet; thread-safe, does not block. */
    boolean isPublic(Multiaddr address);
}
