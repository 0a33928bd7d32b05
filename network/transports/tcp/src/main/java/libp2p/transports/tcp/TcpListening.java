package libp2p.transports.tcp;

import libp2p.core.transport.Listener;
import libp2p.multiformats.multiaddr.Multiaddr;

/** A listener whose port dials may leave from while it is open. */
record TcpListening(PortShare share, ListeningPorts ports) implements Listener {
    @Override
    public Multiaddr address() {
        return share.address();
    }

    @Override
    public void close() {
        ports.remove(share);
        share.close();
    }
}
