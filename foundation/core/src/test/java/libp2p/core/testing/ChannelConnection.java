package libp2p.core.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.TcpChannel;
import libp2p.multiformats.multiaddr.Multiaddr;

/** A TCP channel as the raw connection of a stranger, without anything that the TCP transport adds. */
public class ChannelConnection implements RawConnection {
    private final TcpChannel channel;

    public ChannelConnection(TcpChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        channel.write(source);
    }

    @Override
    public void onReadable(ReadHandler handler) {
        channel.onReadable(handler);
    }

    @Override
    public void tryWrite(ByteBuffer source) throws IOException {
        channel.tryWrite(source);
    }

    @Override
    public Multiaddr localAddress() {
        return Multiaddr.ofTcp(
                channel.localAddress().getAddress(), channel.localAddress().getPort());
    }

    @Override
    public Multiaddr remoteAddress() {
        return Multiaddr.ofTcp(
                channel.remoteAddress().getAddress(), channel.remoteAddress().getPort());
    }

    @Override
    public boolean portReused() {
        return false;
    }

    @Override
    public void close() {
        channel.close();
    }
}
