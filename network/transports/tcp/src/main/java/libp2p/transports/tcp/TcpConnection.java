package libp2p.transports.tcp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.TcpChannel;
import libp2p.multiformats.multiaddr.Multiaddr;

/** A TCP socket as a raw connection. */
final class TcpConnection implements RawConnection {
    private final TcpChannel channel;
    private final boolean portReused;
    private final Multiaddr localAddress;
    private final Multiaddr remoteAddress;
    private volatile BooleanSupplier resets = () -> false;

    TcpConnection(TcpChannel channel, boolean portReused) {
        this.channel = channel;
        this.portReused = portReused;
        this.localAddress = multiaddr(channel.localAddress());
        this.remoteAddress = multiaddr(channel.remoteAddress());
    }

    static Multiaddr multiaddr(InetSocketAddress address) {
        return Multiaddr.ofTcp(address.getAddress(), address.getPort());
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
        return localAddress;
    }

    @Override
    public Multiaddr remoteAddress() {
        return remoteAddress;
    }

    @Override
    public boolean portReused() {
        return portReused;
    }

    /** Sets the condition under which closing sends RST in place of FIN. */
    void resetsIf(BooleanSupplier condition) {
        resets = condition;
    }

    @Override
    public void close() {
        if (resets.getAsBoolean()) {
            channel.resetOnClose(true);
        }
        channel.close();
    }
}
