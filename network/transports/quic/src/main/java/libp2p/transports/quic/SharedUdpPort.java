package libp2p.transports.quic;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.Deadline;
import libp2p.core.host.UdpPort;
import libp2p.core.resource.ResourceScope;
import libp2p.core.transport.MuxedTransportConnection;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;

/**
 * A port with its uses: the listeners or the dials, and every connection. The last one to leave closes it.
 * Thread-safe.
 */
public final class SharedUdpPort {
    private final QuicPort port;
    private final AtomicInteger uses = new AtomicInteger(1);

    SharedUdpPort(QuicPort port) {
        this.port = port;
    }

    QuicPort port() {
        return port;
    }

    /** The port itself, for datagrams that are not QUIC's. */
    public UdpPort udp() {
        return port;
    }

    /** Whether datagrams from this port can get to the remote: same family, and loopback only towards loopback. */
    boolean reaches(InetAddress remote) {
        InetAddress local = port.localAddress().getAddress();
        boolean sameFamily = (local instanceof Inet4Address) == (remote instanceof Inet4Address);
        return sameFamily && (local.isAnyLocalAddress() || local.isLoopbackAddress() == remote.isLoopbackAddress());
    }

    /** Counts one more use; false if the port is closed already. */
    public boolean retain() {
        return uses.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
    }

    /** Ends a use that {@link #retain}, or the one who has made the port, has begun. */
    public void release() {
        if (uses.decrementAndGet() == 0) {
            port.close();
        }
    }

    /**
     * Connects, by a caller that has the port in use; blocks until streams can be opened.
     *
     * @param scope charged for what the connection holds
     * @throws libp2p.core.failure.DeadlineExceededException when the deadline passes
     */
    public QuicConnection connect(
            InetSocketAddress remote, QuicProtocol protocol, ResourceScope scope, Deadline deadline)
            throws IOException {
        return port.connect(remote, protocol, scope, deadline);
    }

    /**
     * Has the host keep a connection whose peer is proved. Its scope and one use of the port, which the caller has begun, end
     * with the connection from then on.
     *
     * @param upgrader asked about the peer
     * @param connection on this port
     * @param made the connection as the host is to have it
     * @throws IOException if it is not kept: it is closed then, and port and scope stay with the caller
     */
    public TransportConnection keep(Upgrader upgrader, QuicConnection connection, MuxedTransportConnection made)
            throws IOException {
        Throwable refusal = null;
        boolean kept = false;
        try {
            upgrader.secured(made.direction(), made.remotePeer(), made.remoteAddress());
            made.scope().setPeer(made.remotePeer());
            connection.charge();
            connection.onClose(() -> {
                made.scope().close();
                release();
            });
            kept = true;
            return made;
        } catch (IOException refused) {
            refusal = refused;
            throw refused;
        } finally {
            if (!kept) {
                connection.close(CloseReasons.refusal(refusal), "refused");
            }
        }
    }
}
