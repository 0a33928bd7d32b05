package libp2p.system;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.TcpChannel;
import org.jspecify.annotations.Nullable;

/** A connected {@link SocketChannel}: blocking until an event loop serves it. */
final class SystemTcpChannel implements TcpChannel {
    private static final System.Logger LOG = System.getLogger(SystemTcpChannel.class.getName());

    private final SocketChannel channel;
    private final EventLoops loops;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private volatile @Nullable SocketEvents events;

    /** Takes a connected channel over, unless the constructor throws. */
    SystemTcpChannel(SocketChannel channel, EventLoops loops) throws IOException {
        this.channel = channel;
        this.loops = loops;
        this.local = (InetSocketAddress) channel.getLocalAddress();
        this.remote = (InetSocketAddress) channel.getRemoteAddress();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        SocketEvents served = events;
        if (served == null) {
            return channel.read(target);
        }
        if (!served.mayRead()) {
            return 0;
        }
        int room = target.remaining();
        int count = channel.read(target);
        served.drained(count >= 0 && count < room);
        return count;
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            SocketEvents served = events;
            if (channel.write(source) == 0 && served != null) {
                served.awaitWritable();
            }
        }
    }

    @Override
    public void onReadable(ReadHandler handler) {
        SocketEvents served = null;
        try {
            EventLoop loop = loops.next();
            channel.configureBlocking(false);
            served = new SocketEvents(loops.environment(), loop, channel, this::close, handler);
            events = served;
            served.begin();
        } catch (IOException failure) { // closed meanwhile, or the environment is: the handler's read will say so
            if (served == null || served.end()) { // else its loop calls the handler
                events = null;
                Channels.close(channel);
                loops.environment().start("closed " + this, handler::onReadable);
            }
        }
    }

    @Override
    public void tryWrite(ByteBuffer source) throws IOException {
        channel.write(source);
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void resetOnClose(boolean reset) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, reset ? 0 : -1);
        } catch (IOException closed) {
            LOG.log(System.Logger.Level.DEBUG, () -> this + " is closed already: " + closed);
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public void close() {
        Channels.close(channel);
        SocketEvents served = events;
        if (served != null) {
            served.closed();
        }
    }

    @Override
    public String toString() {
        return "tcp " + local + " to " + remote;
    }
}
