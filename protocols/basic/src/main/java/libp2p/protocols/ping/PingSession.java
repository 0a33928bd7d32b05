package libp2p.protocols.ping;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamPriority;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.peer.PeerSelector;

/** Pings over one stream. One thread at a time. */
public final class PingSession implements AutoCloseable {
    private final Environment environment;
    private final PeerSelector selector;
    private final Stream stream;
    private final byte[] ping = new byte[Ping.SIZE];
    private final byte[] answer = new byte[Ping.SIZE];
    private final PingLimits limits;

    PingSession(Host host, Stream stream, PingLimits limits) {
        this.environment = host.environment();
        this.selector = host.selector();
        this.stream = stream;
        this.limits = limits;
        stream.priority(StreamPriority.HIGH);
        stream.readTimeout(limits.answerTimeout());
        stream.writeTimeout(limits.answerTimeout());
    }

    /**
     * Sends a ping and waits for its answer; the selector of the host hears how it went.
     *
     * @throws ProtocolViolationException if the answer differs
     * @throws libp2p.core.failure.DeadlineExceededException if it does not come
     */
    public Duration ping() throws IOException {
        boolean done = false;
        try {
            environment.secureRandom(ping);
            long start = environment.nanoTime();
            stream.write(ping, 0, ping.length);
            if (!Ping.readPing(environment, stream, answer, limits.answerTimeout())) {
                throw new EOFException("the remote peer ended the ping stream");
            }
            long nanos = environment.nanoTime() - start;
            if (!Arrays.equals(ping, answer)) {
                throw new ProtocolViolationException(Ping.PROTOCOL, "the answer differs from the ping");
            }
            done = true;
            Duration roundTrip = Duration.ofNanos(nanos);
            selector.succeeded(stream.connection().remotePeer(), roundTrip);
            return roundTrip;
        } finally {
            if (!done) {
                if (!Thread.currentThread().isInterrupted()) {
                    selector.failed(stream.connection().remotePeer());
                }
                stream.reset(ErrorCode.NONE);
            }
        }
    }

    @Override
    public void close() {
        stream.close();
    }
}
