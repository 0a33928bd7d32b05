package libp2p.swarm.peerstore;

import java.net.InetAddress;
import java.util.List;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * The part of an address that a NAT translates: an IP address and a TCP or UDP port. The transports on top of it (QUIC,
 * WebTransport, WebRTC; WebSocket) share it.
 */
record ThinWaist(InetAddress ip, Protocol transport, int port) {
    private static final int COMPONENTS = 2;

    /** That of an address, or null if it does not begin with an IP address and a port. */
    static @Nullable ThinWaist of(Multiaddr address) {
        List<Component> components = address.components();
        InetAddress ip = address.ip();
        if (ip == null || components.size() < COMPONENTS) {
            return null;
        }
        Protocol transport = components.get(1).protocol();
        return transport == Protocol.TCP || transport == Protocol.UDP
                ? new ThinWaist(ip, transport, address.port())
                : null;
    }

    /** Whether a socket that is bound to this one receives what is sent to the other. */
    boolean covers(ThinWaist other) {
        return transport == other.transport
                && port == other.port
                && (ip.equals(other.ip) || ip.isAnyLocalAddress() && ip.getClass() == other.ip.getClass());
    }

    /** Puts what runs on top of an address on top of this; null if the result is too long. */
    @Nullable
    Multiaddr under(Multiaddr address) {
        List<Component> components = address.components();
        try {
            return Multiaddr.ofIp(ip)
                    .encapsulate(Multiaddr.parse("/" + transport.label() + "/" + port))
                    .encapsulate(Multiaddr.of(components.subList(COMPONENTS, components.size())));
        } catch (MalformedException tooLong) {
            return null;
        }
    }
}
