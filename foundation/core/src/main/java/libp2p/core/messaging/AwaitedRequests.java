package libp2p.core.messaging;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.resource.Crowd;
import org.jspecify.annotations.Nullable;

/**
 * The streams to a service on which the request has yet to come, or which were answered and have yet to end: a bounded
 * number, so that a stranger with many ids who opens streams and says nothing does not take all that the service may
 * have. Without room one of the most crowded IP group is reset. Thread-safe.
 */
public final class AwaitedRequests {
    /** A client that has read the answer ends its stream within a few round trips. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int IGNORED = 1024;

    private final int most;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private final Crowd<Stream> crowd = new Crowd<>();
    private final Map<Stream, String> groups = new HashMap<>();

    /**
     * @param most streams
     * @param random for the choice among those of the most crowded group
     */
    public AwaitedRequests(int most, RandomGenerator random) {
        this.most = most;
        this.random = random;
    }

    /** A request is awaited; the owner of the stream calls {@link #arrived} once, whatever comes. */
    public void opened(Stream stream) {
        String group = Crowd.groupOf(stream.connection().remoteAddress());
        @Nullable Stream leaving;
        lock.lock();
        try {
            leaving = groups.size() < most ? null : crowd.leaving(group, random);
            if (leaving != null) {
                leave(leaving);
            }
            crowd.add(group, stream);
            groups.put(stream, group);
        } finally {
            lock.unlock();
        }
        if (leaving != null) {
            leaving.reset(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
        }
    }

    /** The request has come, or will not come any more; nothing happens if the stream has lost its place already. */
    public void arrived(Stream stream) {
        lock.lock();
        try {
            leave(stream);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The answer is written: waits until the client ends the stream too, and resets it if that takes longer than 5 s or
     * the place is needed. A stream that is closed here alone would be charged for as long as the muxer waits. Blocks;
     * the caller closes the stream then.
     */
    public void answered(Stream stream, Environment environment) {
        opened(stream);
        Timer end = environment.schedule(PATIENCE.toNanos(), () -> stream.reset(ErrorCode.NONE));
        try {
            byte[] ignored = new byte[IGNORED];
            while (stream.input().read(ignored) >= 0) {
                // a client that was refused may still be sending
            }
        } catch (IOException over) {
            // the stream has ended otherwise
        } finally {
            end.cancel();
            arrived(stream);
        }
    }

    private void leave(Stream stream) {
        String group = groups.remove(stream);
        if (group != null) {
            crowd.remove(group, stream);
        }
    }
}
