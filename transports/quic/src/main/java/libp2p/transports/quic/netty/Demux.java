package libp2p.transports.quic.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.transports.quic.Limits;

/**
 * Shares one socket between the connections that were dialed from it and those that it accepts. A datagram belongs to a
 * dialed connection if it names one of the ids that we chose for those, and else to the accepting side. An Initial packet
 * of a connection that is not there yet goes to {@link Doorkeeper} first. What is not QUIC goes to {@link Receivers}.
 *
 * <p>A datagram that the socket has no room for is lost, and whose it is the system does not look at. So a flood of first
 * packets must cost less time than it takes to send: of each burst {@link Limits.Port#newcomers} are dealt with, when all
 * others have been served, and what they are answered leaves together.
 */
final class Demux extends ChannelDuplexHandler {
    /**
     * A client's first datagram must be padded to this size (RFC 9000, 14.1), of another version too (5.2.2): no answer is
     * much larger than what it answers, which may come from a forged address.
     */
    private static final int SMALLEST_FIRST_DATAGRAM = 1200;

    private final ChannelHandler serverCodec;
    private final ChannelHandler clientCodec;
    private final Doorkeeper doorkeeper;
    private final Receivers receivers;
    private final int newcomersLimit;
    private final Map<ByteBuffer, NettyConnection> dialed = new ConcurrentHashMap<>();
    private final ArrayDeque<Newcomer> newcomers = new ArrayDeque<>();
    private boolean answering;

    private record Newcomer(Header header, DatagramPacket packet) {}

    /** @param newcomersLimit datagrams of a burst that are not of a connection and are looked at */
    Demux(
            ChannelHandler serverCodec,
            ChannelHandler clientCodec,
            Doorkeeper doorkeeper,
            Receivers receivers,
            int newcomersLimit) {
        this.serverCodec = serverCodec;
        this.clientCodec = clientCodec;
        this.doorkeeper = doorkeeper;
        this.receivers = receivers;
        this.newcomersLimit = newcomersLimit;
    }

    void dialed(ByteBuffer id, NettyConnection connection) {
        dialed.put(id, connection);
    }

    void forgetDialed(ByteBuffer id) {
        dialed.remove(id);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        DatagramPacket packet = (DatagramPacket) message;
        Header header = Header.isQuic(packet.content()) ? Header.parse(packet.content()) : null;
        NettyConnection own = header == null ? null : dialed.get(header.destination());
        if (header == null) {
            deliver(packet);
        } else if (own != null) {
            if (!header.longForm()) {
                own.confirm();
            }
            pass(context, clientCodec, packet);
        } else if (!header.longForm() || doorkeeper.isKnown(header.destination())) {
            pass(context, serverCodec, packet); // which drops what it does not know
        } else if (packet.content().readableBytes() < SMALLEST_FIRST_DATAGRAM || newcomers.size() >= newcomersLimit) {
            packet.release();
        } else {
            newcomers.addLast(new Newcomer(header, packet));
        }
    }

    private void deliver(DatagramPacket packet) {
        try {
            if (!Header.isQuic(packet.content())) {
                receivers.deliver(packet.content().nioBuffer(), packet.sender());
            }
        } finally {
            packet.release();
        }
    }

    private void serve(ChannelHandlerContext context, DatagramPacket packet) {
        try {
            pass(context, serverCodec, packet);
            complete(context, serverCodec);
        } catch (Exception e) {
            context.fireExceptionCaught(e);
        }
    }

    private static void pass(ChannelHandlerContext context, ChannelHandler codec, DatagramPacket packet)
            throws Exception {
        ((ChannelInboundHandler) codec).channelRead(context.pipeline().context(codec), packet);
    }

    /** The codecs do not hand this event on to each other. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        complete(context, serverCodec);
        complete(context, clientCodec);
        if (!newcomers.isEmpty()) {
            answerNewcomers(context);
        }
    }

    private void answerNewcomers(ChannelHandlerContext context) {
        answering = true;
        Newcomer next;
        while ((next = newcomers.pollFirst()) != null) {
            try {
                answer(context, next.header(), next.packet());
            } catch (Exception e) {
                context.fireExceptionCaught(e);
            }
        }
        answering = false;
        context.flush();
    }

    private void answer(ChannelHandlerContext context, Header header, DatagramPacket packet) {
        InetSocketAddress sender = packet.sender();
        if (header.initial()) {
            byte[] retry = doorkeeper.arrived(header, packet, admitted -> serve(context, admitted));
            if (retry != null) {
                context.write(new DatagramPacket(Unpooled.wrappedBuffer(retry), sender));
            }
        } else {
            packet.release();
            if (header.version() != Header.VERSION && header.version() != Header.NEGOTIATION) {
                byte[] offer = ServerPackets.versionNegotiation(header);
                context.write(new DatagramPacket(Unpooled.wrappedBuffer(offer), sender));
            }
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        if (!answering) {
            context.flush();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        newcomers.forEach(newcomer -> newcomer.packet().release());
        newcomers.clear();
    }

    private static void complete(ChannelHandlerContext context, ChannelHandler codec) throws Exception {
        ((ChannelInboundHandler) codec).channelReadComplete(context.pipeline().context(codec));
    }
}
