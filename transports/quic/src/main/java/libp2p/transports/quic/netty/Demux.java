package libp2p.transports.quic.netty;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Shares one socket between the connections that were dialed from it and those that it accepts. A datagram belongs to a
 * dialed connection if it names one of the ids that we chose for those, and else to the accepting side. An Initial packet
 * of a connection that is not there yet goes to {@link Doorkeeper} first. What is not QUIC goes to {@link Receivers}.
 */
final class Demux extends ChannelInboundHandlerAdapter {
    /**
     * A client's first datagram must be padded to this size (RFC 9000, 14.1), of another version too (5.2.2): no answer is
     * much larger than what it answers, which may come from a forged address.
     */
    private static final int SMALLEST_FIRST_DATAGRAM = 1200;

    private final ChannelHandler serverCodec;
    private final ChannelHandler clientCodec;
    private final Doorkeeper doorkeeper;
    private final Receivers receivers;
    private final Map<ByteBuffer, NettyConnection> dialed = new ConcurrentHashMap<>();

    Demux(ChannelHandler serverCodec, ChannelHandler clientCodec, Doorkeeper doorkeeper, Receivers receivers) {
        this.serverCodec = serverCodec;
        this.clientCodec = clientCodec;
        this.doorkeeper = doorkeeper;
        this.receivers = receivers;
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
        } else if (packet.content().readableBytes() < SMALLEST_FIRST_DATAGRAM) {
            ReferenceCountUtil.release(packet);
        } else if (!header.initial()) {
            pass(context, serverCodec, packet); // which offers its version to those that have another
        } else if (doorkeeper.wantsRetry(header, packet)) {
            pass(context, serverCodec, packet);
            doorkeeper.retried();
        } else {
            doorkeeper.arrived(header, packet, admitted -> serve(context, admitted));
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
    }

    private static void complete(ChannelHandlerContext context, ChannelHandler codec) throws Exception {
        ((ChannelInboundHandler) codec).channelReadComplete(context.pipeline().context(codec));
    }
}
