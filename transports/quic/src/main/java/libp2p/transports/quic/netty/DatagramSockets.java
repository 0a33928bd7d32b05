package libp2p.transports.quic.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.Inet4Address;
import java.net.InetAddress;

/** UDP sockets by epoll where it is there (Linux), and by the JDK's selector elsewhere. */
final class DatagramSockets {
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int DATAGRAMS_OF_A_CALL = 32;
    private static final ChannelOption<Integer> IPV6_ONLY =
            new IntegerUnixChannelOption("IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY);

    private DatagramSockets() {}

    static IoHandlerFactory ioHandlerFactory() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    /** A wildcard of IPv6 would otherwise take the port of IPv4 too, on which the host may listen apart. */
    static void separateFamilies(Bootstrap bootstrap, InetAddress address) {
        if (Epoll.isAvailable() && !(address instanceof Inet4Address)) {
            bootstrap.option(IPV6_ONLY, 1);
        }
    }

    /**
     * Takes so many datagrams at a time, with few calls of the system where it can (recvmmsg), each of so many bytes at most.
     * Those of one call share a buffer: who keeps one keeps all.
     */
    static void readInBursts(Bootstrap bootstrap, int datagrams, int size) {
        int together = Epoll.isAvailable() ? Math.min(datagrams, DATAGRAMS_OF_A_CALL) : 1;
        bootstrap.option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(together * size).maxMessagesPerRead(datagrams));
        if (together > 1) {
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, size);
        }
    }

    static Channel open(InetAddress address) {
        SocketProtocolFamily family =
                address instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
        return Epoll.isAvailable() ? new EpollDatagramChannel(family) : new NioDatagramChannel(family);
    }
}
