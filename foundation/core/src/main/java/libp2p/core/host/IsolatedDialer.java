package libp2p.core.host;

import java.io.IOException;
import libp2p.core.connection.Connection;
import libp2p.core.identity.PeerId;

/**
 * Dials under another identity, so that a peer learns nothing but whether its addresses can be dialed (libp2p
 * specification, autonat): under a fresh identity, from ports on which the host does not listen, with connections,
 * back-off and circuit breakers of its own, and without a trace in the peerstore. Which kinds of addresses lead nowhere
 * from here is read from the host and not written. Gater, resource manager and observers are those of the host. The
 * connections serve no protocol and appear neither among those of the host nor in its events. Thread-safe. Ends with
 * its host.
 */
public interface IsolatedDialer extends AutoCloseable {
    /** Under which identity it dials. */
    PeerId peerId();

    /**
     * Makes a new connection to exactly the addresses that are named; blocks. The caller closes the connection.
     *
     * @param options of which only deadline, timeout and reason count
     * @throws libp2p.core.connection.DialException if no address works; it holds the cause of each
     * @throws libp2p.core.failure.DeadlineExceededException when the deadline of the options passes
     */
    Connection dial(PeerAddress peer, DialOptions options) throws IOException;

    /** Ends its dials and connections; idempotent. */
    @Override
    void close();
}
