package libp2p.system;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.Timer;
import libp2p.core.failure.DeadlineExceededException;
import org.jspecify.annotations.Nullable;

/**
 * One blocking connect. The JDK closes the channel when the thread is interrupted; a timer does so at the deadline.
 * Exactly one of connecting and expiring wins, so nothing is left open and nothing that was handed out is closed.
 */
final class TcpConnector {
    private enum State {
        CONNECTING,
        CONNECTED,
        EXPIRED
    }

    private final Environment environment;
    private final InetSocketAddress remote;
    private final SocketChannel channel;
    private final AtomicReference<State> state = new AtomicReference<>(State.CONNECTING);

    private TcpConnector(Environment environment, InetSocketAddress remote, SocketChannel channel) {
        this.environment = environment;
        this.remote = remote;
        this.channel = channel;
    }

    static TcpChannel connect(
            Environment environment,
            EventLoops loops,
            @Nullable InetSocketAddress local,
            InetSocketAddress remote,
            Deadline deadline)
            throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted before connecting to " + remote);
        }
        if (deadline.passed(environment)) {
            throw late(remote);
        }
        SocketChannel channel = Channels.open(SocketChannel::open, remote);
        try {
            if (local != null) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                Channels.reusePort(channel, true);
                channel.bind(local);
            }
            new TcpConnector(environment, remote, channel).connect(deadline);
            return new SystemTcpChannel(channel, loops);
        } catch (IOException | RuntimeException failure) {
            Channels.close(channel);
            throw failure;
        }
    }

    private void connect(Deadline deadline) throws IOException {
        Timer timer = deadline.isFinite()
                ? environment.schedule(deadline.remainingNanos(environment), this::expire)
                : () -> {};
        try {
            channel.connect(remote);
            if (!state.compareAndSet(State.CONNECTING, State.CONNECTED)) {
                throw late(remote);
            }
        } catch (ClosedByInterruptException interrupted) {
            InterruptedIOException failure = new InterruptedIOException("interrupted while connecting to " + remote);
            failure.initCause(interrupted);
            throw failure;
        } catch (IOException failure) {
            throw state.get() == State.EXPIRED ? late(remote) : failure;
        } finally {
            timer.cancel();
        }
    }

    private void expire() {
        if (state.compareAndSet(State.CONNECTING, State.EXPIRED)) {
            Channels.close(channel);
        }
    }

    private static DeadlineExceededException late(InetSocketAddress remote) {
        return new DeadlineExceededException("connecting to " + remote);
    }
}
