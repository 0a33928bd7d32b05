package libp2p.transports.tcp;

import libp2p.core.connection.RawConnection;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * One kind of traffic of a listening TCP port.
 *
 * @param traffic what its clients speak
 * @param suffix what follows {@code /tcp/…} in its addresses, for example {@code /ws}; may be empty
 * @param inbound asked before anything is read from a connection
 * @param server takes the connections
 */
public record PortService(Traffic traffic, Multiaddr suffix, ConnectionAcceptor inbound, Server server) {
    /** Takes connections that were admitted. */
    @FunctionalInterface
    public interface Server {
        /**
         * Serves a connection on a thread of its own; may block. Connection and scope are taken over: if the connection
         * does not come about, the server closes both and tells {@link ConnectionAcceptor#failed}. Nothing is thrown.
         */
        void serve(RawConnection raw, ConnectionScope scope);
    }
}
