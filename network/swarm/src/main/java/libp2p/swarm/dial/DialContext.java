package libp2p.swarm.dial;

import java.util.List;
import libp2p.core.connection.GatedException;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.environment.Environment;
import libp2p.core.host.ConnectionGater;
import libp2p.core.host.PublicAddresses;
import libp2p.core.identity.PeerId;
import libp2p.core.metrics.HostObserver;
import libp2p.core.peer.PeerSelector;
import libp2p.core.peer.Peerstore;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceManager;
import libp2p.core.routing.PeerRouting;
import libp2p.core.transport.Transport;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.breaker.CircuitBreakers;
import libp2p.swarm.connection.ConnectionTable;
import libp2p.swarm.limits.DialLimits;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a host that each of its dials uses.
 *
 * @param routing asked for addresses when none are known or none works, or null
 * @param publicAddresses which of the addresses that are dialed count as public
 * @param isolated whether black holes are only read, and dials leave from ports on which the host does not listen
 */
public record DialContext(
        Environment environment,
        PeerId self,
        List<Transport> transports,
        ConnectionTable table,
        Peerstore peerstore,
        ResourceManager resources,
        ConnectionGater gater,
        HostObserver observer,
        AddressResolver resolver,
        Backoff backoff,
        BlackHoleDetector blackHoles,
        CircuitBreakers breakers,
        PeerSelector selector,
        DialSlots slots,
        @Nullable PeerRouting routing,
        PublicAddresses publicAddresses,
        boolean isolated,
        DialLimits limits) {
    /** The transport that dials addresses of this form, or null. */
    @Nullable
    Transport transport(Multiaddr address) {
        for (Transport transport : transports) {
            if (transport.canDial(address)) {
                return transport;
            }
        }
        return null;
    }

    /** Whether a failure tells something about the remote, and not only about the rules of this host. */
    static boolean isRemote(Throwable cause) {
        return !(cause instanceof LimitExceededException) && !(cause instanceof GatedException);
    }

    /** Remembers how a dial of one address ended, unless it was this host that stood in the way. */
    void ended(@Nullable PeerId peer, Multiaddr address, @Nullable Throwable cause) {
        if (cause != null && !isRemote(cause)) {
            return;
        }
        // another peer, or one that speaks another protocol, has been reached
        record(
                address,
                cause == null || cause instanceof PeerMismatchException || cause instanceof NegotiationException);
        if (cause == null) {
            backoff.succeeded(peer, address);
            if (peer != null) {
                breakers.reached(peer);
            }
        } else {
            backoff.failed(peer, address);
        }
        if (peer != null) {
            peerstore.dialed(peer, address, cause == null);
        }
    }

    /**
     * Another address of the peer was faster. For the detection of black holes that is a failure: the way that leads
     * nowhere has no time to fail by itself where another leads on, and a way that leads somewhere wins now and then.
     * Of the peer it tells nothing.
     */
    void outrun(Multiaddr address) {
        record(address, false);
    }

    /** Notes for the detection of black holes whether the remote was reached. */
    void record(Multiaddr address, boolean reached) {
        if (!isolated) {
            blackHoles.record(address, reached);
        }
    }
}
