package libp2p.swarm.dial;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import libp2p.core.connection.DialRefusedException;
import libp2p.core.connection.GatedException;
import libp2p.core.environment.Deadline;
import libp2p.core.host.DialOptions;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/** From the addresses that were given to those that will be dialed, with the reason for each that will not. */
final class DialCandidates {
    private final DialContext context;
    private final @Nullable PeerId peer;
    private final DialOptions options;
    private final SequencedSet<Multiaddr> addresses = new LinkedHashSet<>();
    private final SequencedSet<Multiaddr> failed = new LinkedHashSet<>();
    private final SequencedMap<Multiaddr, Throwable> refused = new LinkedHashMap<>();

    DialCandidates(DialContext context, @Nullable PeerId peer, DialOptions options) {
        this.context = context;
        this.peer = peer;
        this.options = options;
    }

    /** Looks names up; blocks. */
    void add(List<Multiaddr> given, Deadline deadline) throws InterruptedException {
        int taken = 0;
        for (Multiaddr address : given) {
            if (taken++ == context.limits().dialing().addresses()) {
                return;
            }
            try {
                for (Multiaddr resolved : context.resolver().resolve(address, peer, deadline)) {
                    consider(resolved);
                }
            } catch (IOException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                refused.put(address, e);
            }
        }
    }

    private void consider(Multiaddr address) {
        if (addresses.size() + refused.size() >= context.limits().dialing().addresses()) {
            return;
        }
        long wait = context.backoff().remainingNanos(peer, address);
        if (context.transport(address) == null) {
            refused.put(address, new DialRefusedException("no transport dials this address", false));
        } else if (options.forceDirect() && address.has(Protocol.P2P_CIRCUIT)) {
            refused.put(address, new DialRefusedException("a direct connection is wanted", false));
        } else if (peer != null && !context.gater().interceptAddrDial(peer, address)) {
            refused.put(address, new GatedException("address dial", address));
        } else if (wait > 0 && !options.ignoreBackoff()) {
            refused.put(
                    address,
                    new DialRefusedException("failed a moment ago, left alone for " + wait / 1_000_000 + " ms", true));
        } else {
            addresses.add(address);
            if (wait > 0) {
                failed.add(address);
            }
        }
    }

    /** To be called once: it counts as a request for every kind of address. */
    List<DialRanker.Ranked> ranked() {
        return DialRanker.rank(context.blackHoles().filter(List.copyOf(addresses), refused), failed);
    }

    SequencedMap<Multiaddr, Throwable> refused() {
        return refused;
    }
}
