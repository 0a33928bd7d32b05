package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.metrics.HostObserver;
import libp2p.protocols.ping.Ping;
import org.junit.jupiter.api.Test;

/** A QUIC client that does not say who it is. */
class QuicCertificateTest {
    private static final String ADDRESS = "/ip4/127.0.0.1/udp/0/quic-v1";

    /** Connects without a certificate and waits until the connection has ended, whoever ended it. */
    private static void connectNamelessly(int port) throws Exception {
        QuicSslContext context = QuicSslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm("")
                .applicationProtocols("libp2p")
                .build();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            Channel socket = new Bootstrap()
                    .group(group)
                    .channel(NioDatagramChannel.class)
                    .handler(new QuicClientCodecBuilder()
                            .sslContext(context)
                            .initialMaxData(1 << 20)
                            .initialMaxStreamDataBidirectionalRemote(1 << 16)
                            .initialMaxStreamsBidirectional(10)
                            .maxIdleTimeout(5, TimeUnit.SECONDS)
                            .build())
                    .bind(0)
                    .sync()
                    .channel();
            QuicChannel connection = QuicChannel.newBootstrap(socket)
                    .handler(new ChannelInboundHandlerAdapter())
                    .streamHandler(new ChannelInboundHandlerAdapter())
                    .remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .connect()
                    .get(); // the server's verdict comes after the client believes that all is well
            connection.closeFuture().sync();
        } catch (ExecutionException refusedAtOnce) {
            assertThat(refusedAtOnce).hasCauseInstanceOf(Exception.class);
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void aClientWithoutCertificateIsRefusedBeforeAnythingIsHandedOut() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        HostObserver counting = new HostObserver() {
            @Override
            public void connectionOpened(Connection connection, long handshakeNanos) {
                opened.incrementAndGet();
            }
        };
        try (Host server = Libp2p.host().listen(ADDRESS).observer(counting).start();
                Host client = Libp2p.host().start()) {
            connectNamelessly(server.addresses().getFirst().port());
            assertThat(opened.get()).isZero();
            assertThat(server.connections()).isEmpty();
            Ping.once(client, PeerAddress.of(server.peerId(), server.addresses()));
            assertThat(opened.get()).isEqualTo(1);
        }
    }
}
