package libp2p.transports.quic;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port with its uses: the listener or the dials, and every connection. The last one to leave closes it. Thread-safe.
 */
final class SharedPort {
    private final QuicPort port;
    private final AtomicInteger uses = new AtomicInteger(1);

    SharedPort(QuicPort port) {
        this.port = port;
    }

    QuicPort port() {
        return port;
    }

    /** Whether datagrams from this port can get to the remote: same family, and loopback only towards loopback. */
    boolean reaches(InetAddress remote) {
        InetAddress local = port.localAddress().getAddress();
        boolean sameFamily = (local instanceof Inet4Address) == (remote instanceof Inet4Address);
        return sameFamily && (local.isAnyLocalAddress() || local.isLoopbackAddress() == remote.isLoopbackAddress());
    }

    /** Counts one more use; false if the port is closed already. */
    boolean retain() {
        return uses.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
    }

    void release() {
        if (uses.decrementAndGet() == 0) {
            port.close();
        }
    }
}
