package libp2p.nat.dcutr;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Dials a peer directly: in the ordinary way, or at the same moment as it dials this host. */
final class PunchDialer {
    private static final System.Logger LOG = System.getLogger(PunchDialer.class.getName());

    private final Host host;
    private final DirectConnections direct;
    private final HolePunchLimits limits;

    PunchDialer(Host host, DirectConnections direct, HolePunchLimits limits) {
        this.host = host;
        this.direct = direct;
        this.limits = limits;
    }

    /** Dials the public addresses that a peer tells, which may be wrong; whether it worked. */
    boolean reverse(PeerId peer, List<Multiaddr> targets) {
        DialOptions options = DialOptions.DEFAULT
                .withForceDirect()
                .withExactAddresses()
                .withTimeout(limits.reversal())
                .withReason("connection reversal");
        try {
            return host.connect(PeerAddress.of(peer, targets), options).isOpen();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "reversal to " + peer + " failed: " + e.getMessage());
            return direct.to(peer) != null;
        }
    }

    /**
     * Dials until there is a direct connection, made by either half, or the deadline passes. A router that refuses an
     * early SYN does so at once; the SYN is repeated then.
     */
    boolean punch(PeerId peer, List<Multiaddr> targets, Role role, Deadline until) throws InterruptedException {
        Environment environment = host.environment();
        Deadline repeats = until.earlier(Deadline.after(environment, limits.repeatFor()));
        DialOptions options = DialOptions.holePunch(role).withExactAddresses().withDeadline(until);
        do {
            try {
                Connection made = host.connect(PeerAddress.of(peer, targets), options);
                if (made.isOpen()) {
                    return true;
                }
            } catch (InterruptedIOException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "punching to " + peer + ": " + e.getMessage());
            }
            if (direct.await(peer, until.earlier(Deadline.after(environment, limits.repeat())))) {
                return true;
            }
        } while (!repeats.passed(environment) && !direct.isClosed());
        return direct.await(peer, until);
    }
}
