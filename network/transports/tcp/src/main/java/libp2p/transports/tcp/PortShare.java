package libp2p.transports.tcp;

import java.net.InetSocketAddress;
import libp2p.core.transport.Listener;
import libp2p.multiformats.multiaddr.Multiaddr;

/** The part that one service has in a listening port. The port closes with the last of them. */
public final class PortShare implements Listener {
    private final SharedTcpPort port;
    private final PortService service;

    PortShare(SharedTcpPort port, PortService service) {
        this.port = port;
        this.service = service;
    }

    /** The bound socket with its real port. */
    public InetSocketAddress socketAddress() {
        return port.socketAddress();
    }

    @Override
    public Multiaddr address() {
        return port.address().encapsulate(service.suffix());
    }

    @Override
    public void close() {
        port.remove(service);
    }
}
