package libp2p.transports.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.environment.SystemEnvironment;
import libp2p.core.resource.ConnectionScope;
import libp2p.transports.quic.Limits;
import libp2p.transports.quic.engine.PeerVerifier;
import libp2p.transports.quic.engine.QuicAcceptor;
import libp2p.transports.quic.engine.QuicConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is done with the datagrams of a burst, and when; the codecs only write down what they get. */
class DemuxTest {
    private static final int NEWCOMERS = 3;
    private static final InetSocketAddress LOCAL = new InetSocketAddress("127.0.0.1", 4001);
    private static final InetSocketAddress REMOTE = new InetSocketAddress("127.0.0.1", 4002);

    private final Environment environment = SystemEnvironment.shared();
    private final List<String> events = new ArrayList<>();
    private final List<DatagramPacket> packets = new ArrayList<>();
    private EmbeddedChannel channel = new EmbeddedChannel();

    private final class Codec extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            DatagramPacket packet = (DatagramPacket) message;
            events.add("known");
            packet.release();
            context.writeAndFlush(Unpooled.EMPTY_BUFFER);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            events.add("complete");
        }
    }

    private final class Flushes extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof DatagramPacket answer) {
                events.add((answer.content().getInt(1) == 1 ? "retry" : "versions"));
            }
            ReferenceCountUtil.release(message);
            promise.setSuccess();
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            events.add("flush");
            context.flush();
        }
    }

    private static final class Nobody implements QuicAcceptor {
        @Override
        public ConnectionScope admit(InetSocketAddress local, InetSocketAddress remote) {
            throw new AssertionError("a client that has proved nothing is let in");
        }

        @Override
        public @Nullable ConnectionScope unproved(InetSocketAddress remote) {
            return null;
        }

        @Override
        public void admit(InetSocketAddress local, InetSocketAddress remote, ConnectionScope unproved) {
            throw new AssertionError("nobody has got a place");
        }

        @Override
        public PeerVerifier verifier() {
            throw new AssertionError("nobody is let in");
        }

        @Override
        public void accepted(QuicConnection connection, ConnectionScope scope) {}

        @Override
        public void failed(InetSocketAddress local, InetSocketAddress remote, ConnectionScope scope, Throwable cause) {}
    }

    /** All clients must prove their address, so that it shows which of them were dealt with. */
    private static Limits limits() {
        return Limits.DEFAULT.withPort(port -> port.withUnvalidated(0).withNewcomers(NEWCOMERS));
    }

    @BeforeEach
    void start() {
        Doorkeeper doorkeeper = new Doorkeeper(
                environment,
                limits(),
                LOCAL,
                new ConnectionIds(environment),
                new RetryTokens(environment),
                channel.eventLoop());
        doorkeeper.acceptor(new Nobody());
        Codec server = new Codec();
        ChannelInboundHandlerAdapter client = new ChannelInboundHandlerAdapter();
        channel.pipeline()
                .addLast(
                        new Flushes(),
                        new Demux(server, client, doorkeeper, new Receivers(), NEWCOMERS),
                        server,
                        client);
    }

    @AfterEach
    void stop() {
        channel.finishAndReleaseAll();
        assertThat(packets).allMatch(packet -> packet.refCnt() == 0);
    }

    private void arrive(int first) {
        arrive(first, 1);
    }

    private void arrive(int first, int version) {
        ByteBuf datagram = Unpooled.buffer().writeByte(first).writeInt(version).writeByte(8);
        datagram.writeLong(packets.size()).writeByte(0).writeByte(0);
        DatagramPacket packet = new DatagramPacket(datagram.writeZero(1200 - datagram.readableBytes()), LOCAL, REMOTE);
        packets.add(packet);
        channel.pipeline().fireChannelRead(packet);
    }

    private void knownArrives() {
        arrive(0x40);
    }

    private void newcomerArrives() {
        arrive(0xc0);
    }

    private void burstEnds() {
        channel.pipeline().fireChannelReadComplete();
    }

    @Test
    void newcomersWaitForThoseWhoAreKnownAndAreAnsweredTogether() {
        newcomerArrives();
        newcomerArrives();
        knownArrives();
        burstEnds();
        assertThat(events).containsExactly("known", "flush", "complete", "retry", "retry", "flush");
    }

    @Test
    void ofABurstOnlySoManyNewcomersAreDealtWith() {
        for (int i = 0; i < 10 * NEWCOMERS; i++) {
            newcomerArrives();
        }
        burstEnds();
        assertThat(events).containsExactly("complete", "retry", "retry", "retry", "flush");
        assertThat(packets).allMatch(packet -> packet.refCnt() == 0);
    }

    /** QUIC version 2 has other type bits (RFC 9369, 3.2), and of a version to come nothing is known (RFC 8999). */
    @Test
    void aClientOfAnyOtherVersionIsToldWhichOneIsSpoken() {
        for (int type = 0; type < NEWCOMERS; type++) {
            arrive(0xc0 | type << 4, 0x6b3343cf);
        }
        burstEnds();
        arrive(0xf0, 0x1a2a3a4a);
        arrive(0xd0, 1); // 0-RTT of a connection that is not there
        arrive(0xc0, 0); // the answer of a server
        burstEnds();
        assertThat(events)
                .containsExactly(
                        "complete", "versions", "versions", "versions", "flush", "complete", "versions", "flush");
    }

    @Test
    void theNextBurstHasRoomForNewcomersAgain() {
        for (int i = 0; i < 2 * NEWCOMERS; i++) {
            newcomerArrives();
        }
        burstEnds();
        events.clear();
        newcomerArrives();
        burstEnds();
        assertThat(events).containsExactly("complete", "retry", "flush");
    }

    @Test
    void aBurstWithoutNewcomersCostsNoFlush() {
        burstEnds();
        assertThat(events).containsExactly("complete");
    }

    @Test
    void whatWaitsWhenTheSocketIsClosedIsReleased() {
        newcomerArrives();
        channel.close();
        assertThat(packets).allMatch(packet -> packet.refCnt() == 0);
    }
}
