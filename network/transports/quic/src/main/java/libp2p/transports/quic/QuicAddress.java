package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/** The addresses of QUIC: {@code /ip4/…/udp/…/quic-v1} and its kin. */
public final class QuicAddress {
    private QuicAddress() {}

    /**
     * Whether an address has this form.
     *
     * @param names whether a name may stand in place of the number
     */
    public static boolean matches(Multiaddr address, boolean names) {
        List<Component> components = address.components();
        if (components.size() != 3
                || components.get(1).protocol() != Protocol.UDP
                || components.get(2).protocol() != Protocol.QUIC_V1) {
            return false;
        }
        return switch (components.getFirst().protocol()) {
            case IP4, IP6 -> true;
            case DNS, DNS4, DNS6, DNSADDR -> names;
            default -> false;
        };
    }

    /**
     * The socket address at the start of an address.
     *
     * @throws IOException if a name stands in place of the number
     */
    public static InetSocketAddress toSocket(Multiaddr address) throws IOException {
        InetAddress ip = address.ip();
        if (ip == null) {
            throw new IOException("not an IP address: " + address);
        }
        return new InetSocketAddress(ip, address.port());
    }

    /** The address of a socket. */
    public static Multiaddr of(InetSocketAddress address) {
        return Multiaddr.ofIp(address.getAddress())
                .encapsulate(Multiaddr.parse("/udp/" + address.getPort() + "/quic-v1"));
    }
}
