package libp2p.transports.quic;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;

/** The part of a port in which one transport listens. Thread-safe. */
public final class UdpPortShare implements AutoCloseable {
    private final SharedUdpPorts ports;
    private final SharedUdpPort port;
    private final QuicAcceptor acceptor;
    private final AtomicBoolean closed = new AtomicBoolean();

    UdpPortShare(SharedUdpPorts ports, SharedUdpPort port, QuicAcceptor acceptor) {
        this.ports = ports;
        this.port = port;
        this.acceptor = acceptor;
    }

    /** The bound address with its real port. */
    public InetSocketAddress localAddress() {
        return port.port().localAddress();
    }

    /**
     * Accepts no more connections; those that are there stay. The port is closed when neither another transport listens
     * there nor a connection is left. Idempotent.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            ports.close(port, acceptor);
        }
    }
}
