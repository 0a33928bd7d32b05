package libp2p.core.environment;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sockets, name resolution and interfaces of an {@link Environment}. */
public interface Network {
    /**
     * Connects a TCP socket; blocks. When the deadline passes or the thread is interrupted the socket is closed before
     * this method throws.
     *
     * @param local address to leave from with {@code SO_REUSEPORT}, or null for an ephemeral port
     * @throws java.net.BindException if the local address is in use
     * @throws libp2p.core.failure.DeadlineExceededException when the deadline passes
     * @throws java.io.InterruptedIOException if the thread is interrupted; its flag stays set
     */
    TcpChannel connectTcp(@Nullable InetSocketAddress local, InetSocketAddress remote, Deadline deadline)
            throws IOException;

    /**
     * Opens a listening TCP socket.
     *
     * @param reusePort lets dials of this process leave from the same port; a second listener on the port still fails
     */
    TcpListener listenTcp(InetSocketAddress local, int backlog, boolean reusePort) throws IOException;

    /** Opens a bound UDP socket. */
    UdpSocket bindUdp(InetSocketAddress local) throws IOException;

    /**
     * Opens a bound UDP socket that carries much by batches: with large buffers, one that leaves the port of the other
     * family to another socket, forbids fragments and tells the marks of congestion, as far as the system does these
     * things.
     */
    default UdpSocket bindUdpForBatches(InetSocketAddress local) throws IOException {
        return bindUdp(local);
    }

    /**
     * Opens a UDP socket that is a member of a multicast group on one interface: it receives what is sent to the group
     * there, also by this machine, and what it sends to a group leaves by that interface, with 255 hops. Other sockets
     * and programs may be members with the same port. Everything that it receives was sent to the group.
     *
     * @param link one of {@link #interfaces()}
     * @param group a multicast address and a port
     * @throws IOException if the interface is gone or has no multicast, or the family of the group no address
     */
    default UdpSocket joinMulticast(LinkInterface link, InetSocketAddress group) throws IOException {
        throw new java.net.SocketException("no multicast on " + link.name());
    }

    /**
     * The interfaces that are up, in the order of their indices; empty where they are not known. May ask the system.
     */
    default List<LinkInterface> interfaces() throws IOException {
        return List.of();
    }

    /**
     * Looks up the IPv4 and IPv6 addresses of a name; blocks.
     *
     * @throws java.net.UnknownHostException if there are none
     */
    List<InetAddress> resolve(String host, Deadline deadline) throws IOException;

    /** Looks up the TXT records of a name, each as one string; empty if there are none; blocks. */
    List<String> resolveText(String name, Deadline deadline) throws IOException;

    /** Addresses of the interfaces that are up, in a stable order. */
    List<InetAddress> interfaceAddresses() throws IOException;

    /**
     * The routers that lead from here to other networks, IPv4 only, the default ones first; empty where they are not
     * known. May read a file of the system.
     */
    default List<InetAddress> gateways() throws IOException {
        return List.of();
    }
}
