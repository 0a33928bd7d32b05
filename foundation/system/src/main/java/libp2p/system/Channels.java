package libp2p.system;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.Channel;
import java.nio.channels.NetworkChannel;

/** The code that all channels of the JDK share. */
final class Channels {
    private static final System.Logger LOG = System.getLogger("libp2p.core.environment");

    private Channels() {}

    /** Opens a channel for a family. */
    @FunctionalInterface
    interface Opener<C> {
        C open(ProtocolFamily family) throws IOException;
    }

    /** Opens a channel for the family of the address, so that IPv4 and IPv6 do not share a socket. */
    static <C> C open(Opener<C> opener, InetSocketAddress address) throws IOException {
        if (address.isUnresolved()) {
            throw new UnknownHostException("not resolved: " + address);
        }
        ProtocolFamily family = address.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
        try {
            return opener.open(family);
        } catch (UnsupportedOperationException noFamily) {
            SocketException failure = new SocketException("this machine has no " + family.name());
            failure.initCause(noFamily);
            throw failure;
        }
    }

    /** Sets {@code SO_REUSEPORT} where the system has it. */
    static boolean reusePort(NetworkChannel channel, boolean value) throws IOException {
        SocketOption<Boolean> option = StandardSocketOptions.SO_REUSEPORT;
        boolean supported = channel.supportedOptions().contains(option);
        if (supported) {
            channel.setOption(option, value);
        }
        return supported;
    }

    static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException ignored) {
            LOG.log(System.Logger.Level.DEBUG, "closing a socket failed: {0}", ignored.toString());
        }
    }
}
