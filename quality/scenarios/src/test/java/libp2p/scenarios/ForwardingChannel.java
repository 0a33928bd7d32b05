package libp2p.scenarios;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.TcpChannel;

/** A TCP connection on top of another, which does everything that a subclass does not. */
abstract class ForwardingChannel implements TcpChannel {
    private final TcpChannel inner;

    ForwardingChannel(TcpChannel inner) {
        this.inner = inner;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return inner.read(target);
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        inner.write(source);
    }

    @Override
    public void onReadable(ReadHandler handler) {
        inner.onReadable(handler);
    }

    @Override
    public void tryWrite(ByteBuffer source) throws IOException {
        inner.tryWrite(source);
    }

    @Override
    public void shutdownOutput() throws IOException {
        inner.shutdownOutput();
    }

    @Override
    public void resetOnClose(boolean reset) {
        inner.resetOnClose(reset);
    }

    @Override
    public InetSocketAddress localAddress() {
        return inner.localAddress();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return inner.remoteAddress();
    }

    @Override
    public void close() {
        inner.close();
    }
}
