package libp2p.system;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Binds sockets that wait for others, so that an address is never shared by accident.
 *
 * <p>{@code SO_REUSEPORT} is what lets a dial leave from a listening port, but two listeners that set it before they
 * bind get the same port on Linux and share its connections at random. So a socket is bound, and made to listen,
 * without the option: the kernel then refuses a port on which anybody listens, without a gap in which two could win.
 * The option is set after that; the kernel looks at it when the dial binds.
 *
 * <p>The JDK's IPv6 sockets take IPv4 too, so {@code [::]:4001} and {@code 0.0.0.0:4001} of one host exclude each
 * other, which is not what people mean. When the wildcard of one family is refused and this process itself holds the
 * other one, the two are bound with {@code SO_REUSEPORT}; the kernel prefers the IPv4 socket for IPv4. No other socket
 * can slip in: the kernel refuses the IPv4 wildcard to another process while it is held, and for the IPv6 wildcard a
 * trial with {@code ::1} shows whether another process has it.
 */
final class BoundPorts {
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final Map<Wildcard, NetworkChannel> WILDCARDS = new HashMap<>();

    private BoundPorts() {}

    private record Wildcard(String protocol, boolean ipv4, int port) {
        Wildcard sibling() {
            return new Wildcard(protocol, !ipv4, port);
        }
    }

    /** Opens and binds a channel; closes it if it throws. */
    @FunctionalInterface
    interface Binder<C extends NetworkChannel> {
        /**
         * Opens and binds.
         *
         * @param share whether to set {@code SO_REUSEPORT} before binding
         */
        C bind(InetSocketAddress local, boolean share) throws IOException;
    }

    /**
     * Binds a socket as described above.
     *
     * @param protocol {@code "tcp"} or {@code "udp"}
     */
    static <C extends NetworkChannel> C bind(String protocol, InetSocketAddress local, Binder<C> binder)
            throws IOException {
        LOCK.lock();
        try {
            WILDCARDS.values().removeIf(channel -> !channel.isOpen());
            C channel;
            try {
                channel = binder.bind(local, false);
            } catch (BindException refused) {
                channel = bindBesideSibling(protocol, local, binder);
                if (channel == null) {
                    throw refused;
                }
            }
            Wildcard wildcard = wildcard(protocol, (InetSocketAddress) channel.getLocalAddress());
            if (wildcard != null) {
                WILDCARDS.put(wildcard, channel);
            }
            return channel;
        } finally {
            LOCK.unlock();
        }
    }

    private static <C extends NetworkChannel> @Nullable C bindBesideSibling(
            String protocol, InetSocketAddress local, Binder<C> binder) throws IOException {
        Wildcard wildcard = wildcard(protocol, local);
        NetworkChannel sibling = wildcard == null ? null : WILDCARDS.get(wildcard.sibling());
        if (wildcard == null || sibling == null || WILDCARDS.containsKey(wildcard)) {
            return null;
        }
        if (!wildcard.ipv4) {
            InetAddress loopback =
                    InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
            binder.bind(new InetSocketAddress(loopback, local.getPort()), false).close();
        }
        boolean shared = isShared(sibling);
        if (!Channels.reusePort(sibling, true)) {
            return null;
        }
        try {
            return binder.bind(local, true);
        } finally {
            Channels.reusePort(sibling, shared);
        }
    }

    private static boolean isShared(NetworkChannel channel) throws IOException {
        var option = StandardSocketOptions.SO_REUSEPORT;
        return channel.supportedOptions().contains(option) && channel.getOption(option);
    }

    private static @Nullable Wildcard wildcard(String protocol, InetSocketAddress local) {
        return local.getAddress().isAnyLocalAddress() && local.getPort() != 0
                ? new Wildcard(protocol, local.getAddress() instanceof Inet4Address, local.getPort())
                : null;
    }
}
