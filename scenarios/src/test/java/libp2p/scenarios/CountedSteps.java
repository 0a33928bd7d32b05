package libp2p.scenarios;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.simulator.SimulatedEnvironment;
import org.jspecify.annotations.Nullable;

/** Counts the reads and writes on the TCP connections of a host, and lets something happen at one of them. */
final class CountedSteps extends TcpEnvironment {
    /** What happens, just before the read or write. */
    interface Disturbance {
        void at(TcpChannel channel);
    }

    private int left;
    private @Nullable Disturbance disturbance;

    CountedSteps(SimulatedEnvironment inner) {
        super(inner);
    }

    /** Lets it happen at the step with this number, the first of which is 1. */
    void disturb(int step, Disturbance what) {
        left = step;
        disturbance = what;
    }

    /** Lets nothing happen any more; whether something has. */
    boolean happened() {
        boolean happened = left <= 0;
        disturbance = null;
        return happened;
    }

    private void step(TcpChannel channel) {
        Disturbance what = disturbance;
        if (what != null && --left == 0) {
            what.at(channel);
        }
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
            step(inner);
            return inner.read(target);
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            step(inner);
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
