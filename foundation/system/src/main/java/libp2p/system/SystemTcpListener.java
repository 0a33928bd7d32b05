package libp2p.system;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;

/** A blocking {@link ServerSocketChannel} that listens. */
final class SystemTcpListener implements TcpListener {
    private final ServerSocketChannel channel;
    private final EventLoops loops;
    private final InetSocketAddress local;

    private SystemTcpListener(ServerSocketChannel channel, EventLoops loops) throws IOException {
        this.channel = channel;
        this.loops = loops;
        this.local = (InetSocketAddress) channel.getLocalAddress();
    }

    static SystemTcpListener listen(EventLoops loops, InetSocketAddress local, int backlog, boolean reusePort)
            throws IOException {
        ServerSocketChannel channel = BoundPorts.bind("tcp", local, (address, share) -> bind(address, backlog, share));
        try {
            Channels.reusePort(channel, reusePort);
            return new SystemTcpListener(channel, loops);
        } catch (IOException failure) {
            Channels.close(channel);
            throw failure;
        }
    }

    private static ServerSocketChannel bind(InetSocketAddress local, int backlog, boolean share) throws IOException {
        ServerSocketChannel channel = Channels.open(ServerSocketChannel::open, local);
        try {
            if (share) {
                Channels.reusePort(channel, true);
            }
            return channel.bind(local, backlog);
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
    public TcpChannel accept() throws IOException {
        SocketChannel accepted = channel.accept();
        try {
            return new SystemTcpChannel(accepted, loops);
        } catch (IOException | RuntimeException gone) { // the remote was faster
            Channels.close(accepted);
            throw gone;
        }
    }

    @Override
    public void close() {
        Channels.close(channel);
    }

    @Override
    public String toString() {
        return "tcp listener " + local;
    }
}
