package libp2p.system;

import java.io.IOException;
import java.util.Collection;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/**
 * The event loops of an environment: as many as processors, started when they are first needed; sockets take them in
 * turn.
 */
final class EventLoops {
    private final Environment environment;
    private final @Nullable EventLoop[] loops;
    private int next;
    private boolean closed;

    EventLoops(Environment environment) {
        this.environment = environment;
        this.loops = new EventLoop[Math.clamp(Runtime.getRuntime().availableProcessors(), 1, SystemLimits.EVENT_LOOPS)];
    }

    /** For timers. */
    Environment environment() {
        return environment;
    }

    /** The loop for one more socket. */
    synchronized EventLoop next() throws IOException {
        if (closed) {
            throw new IOException("the environment is closed");
        }
        int index = next;
        next = (index + 1) % loops.length;
        EventLoop loop = loops[index];
        if (loop == null) {
            loop = EventLoop.start("libp2p-loop-" + index);
            loops[index] = loop;
        }
        return loop;
    }

    /** Whether there is no other loop than the given ones. */
    boolean areAll(Collection<EventLoop> taken) {
        return taken.size() >= loops.length;
    }

    /** A loop for one more socket, other than the given ones; null if there is none. */
    synchronized @Nullable EventLoop nextExcept(Collection<EventLoop> taken) throws IOException {
        for (int i = 0; i < loops.length; i++) {
            EventLoop loop = next();
            if (!taken.contains(loop)) {
                return loop;
            }
        }
        return null;
    }

    /** Ends the loops, which close the sockets that they still serve; idempotent. */
    synchronized void close() {
        closed = true;
        for (EventLoop loop : loops) {
            if (loop != null) {
                loop.close();
            }
        }
    }
}
