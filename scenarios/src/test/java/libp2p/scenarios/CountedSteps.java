package libp2p.scenarios;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.simulator.SimulatedEnvironment;
import org.jspecify.annotations.Nullable;

/** Counts the reads and writes on the TCP connections of a host. */
final class CountedSteps extends TcpEnvironment {
    private final Steps steps;

    CountedSteps(SimulatedEnvironment inner, Steps steps) {
        super(inner);
        this.steps = steps;
    }

    @Override
    TcpChannel connect(@Nullable InetSocketAddress local, InetSocketAddress remote, Deadline deadline)
            throws IOException {
        return new Counted(super.connect(local, remote, deadline));
    }

    @Override
    TcpChannel accepted(TcpChannel channel) {
        return new Counted(channel);
    }

    private final class Counted implements TcpChannel {
        private final TcpChannel inner;

        Counted(TcpChannel inner) {
            this.inner = inner;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            steps.step(inner::close);
            return inner.read(target);
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            steps.step(inner::close);
            inner.write(source);
        }

        @Override
        public void shutdownOutput() throws IOException {
            inner.shutdownOutput();
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
}
