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

    private final class Counted extends ForwardingChannel {
        Counted(TcpChannel inner) {
            super(inner);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            steps.step(this::close);
            return super.read(target);
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            steps.step(this::close);
            super.write(source);
        }

        @Override
        public void tryWrite(ByteBuffer source) throws IOException {
            steps.step(this::close);
            super.tryWrite(source);
        }
    }
}
