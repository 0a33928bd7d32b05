package libp2p.core.environment;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;

/** A bound blocking {@link DatagramChannel}. */
final class SystemUdpSocket implements UdpSocket {
    private final DatagramChannel channel;
    private final InetSocketAddress local;

    private SystemUdpSocket(DatagramChannel channel) throws IOException {
        this.channel = channel;
        this.local = (InetSocketAddress) channel.getLocalAddress();
    }

    static SystemUdpSocket bind(InetSocketAddress local) throws IOException {
        DatagramChannel channel = BoundPorts.bind("udp", local, SystemUdpSocket::open);
        try {
            Channels.reusePort(channel, false);
            return new SystemUdpSocket(channel);
        } catch (IOException failure) {
            Channels.close(channel);
            throw failure;
        }
    }

    private static DatagramChannel open(InetSocketAddress local, boolean share) throws IOException {
        DatagramChannel channel = Channels.open(DatagramChannel::open, local);
        try {
            if (share) {
                Channels.reusePort(channel, true);
            }
            return channel.bind(local);
        } catch (IOException failure) {
            Channels.close(channel);
            throw failure;
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress receive(ByteBuffer target) throws IOException {
        InetSocketAddress source = (InetSocketAddress) channel.receive(target);
        if (source == null) { // cannot happen while the channel blocks
            throw new ClosedChannelException();
        }
        return source;
    }

    @Override
    public void send(ByteBuffer source, InetSocketAddress target) throws IOException {
        channel.send(source, target);
    }

    @Override
    public void close() {
        Channels.close(channel);
    }

    @Override
    public String toString() {
        return "udp " + local;
    }
}
