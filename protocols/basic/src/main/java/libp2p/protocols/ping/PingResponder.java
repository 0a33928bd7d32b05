package libp2p.protocols.ping;

import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamPriority;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;

/**
 * The answering side of one stream. Peers keep it open and say nothing nearly all the time, so it has no thread then:
 * the reader of the connection answers, unless the answer would have to wait.
 */
final class PingResponder {
    private static final System.Logger LOG = System.getLogger(Ping.class.getName());

    private final Environment environment;
    private final Stream stream;
    private final long idleNanos;
    private final RepeatingTimer idle;
    private final Runnable whenReadable = this::answer;
    private final byte[] ping = new byte[Ping.SIZE];
    private int filled;

    /** The time of the last answer, or of the first byte of the next ping. */
    private volatile long since;

    /** @param stream detached from its handler */
    PingResponder(Environment environment, Stream stream, PingLimits limits) {
        this.environment = environment;
        this.stream = stream;
        this.idleNanos = limits.idle().toNanos();
        this.idle = new RepeatingTimer(environment, this::checkIdle);
        stream.priority(StreamPriority.HIGH);
        stream.writeTimeout(limits.answerTimeout());
    }

    /** Answers from now on; returns when there is nothing to read. */
    void begin() {
        since = environment.nanoTime();
        idle.arm(idleNanos);
        answer();
    }

    private void checkIdle(RepeatingTimer timer) {
        long rest = idleNanos - (environment.nanoTime() - since);
        if (rest > 0) {
            timer.arm(rest);
        } else {
            stream.reset(ErrorCode.NONE); // which runs whenReadable
        }
    }

    private void answer() {
        guarded(this::answerWhatIsThere);
    }

    private void answerWhatIsThere() throws IOException {
        boolean goesOn = true;
        while (goesOn && stream.onReadable(whenReadable)) {
            goesOn = step();
        }
    }

    /** Takes what there is; returns whether this thread goes on, and no other. */
    private boolean step() throws IOException {
        int count = stream.read(ping, filled, Ping.SIZE - filled);
        if (count < 0) {
            end();
            return false;
        }
        if (filled == 0) {
            since = environment.nanoTime();
        }
        filled += count;
        if (filled < Ping.SIZE) {
            return true;
        }
        if (!stream.isWritable(Ping.SIZE)) {
            environment.start("ping-answer", this::replyAndAnswer);
            return false;
        }
        reply();
        return true;
    }

    private void end() throws IOException {
        if (filled > 0) {
            throw new EOFException("the stream ended inside a ping, after " + filled + " of " + Ping.SIZE + " bytes");
        }
        idle.close();
        stream.close();
    }

    private void replyAndAnswer() {
        guarded(() -> {
            reply();
            answerWhatIsThere();
        });
    }

    private void reply() throws IOException {
        stream.write(ping, 0, Ping.SIZE);
        filled = 0;
        since = environment.nanoTime();
    }

    /** The action in place of a handler; a failure resets the stream. */
    private interface Work {
        void run() throws IOException;
    }

    private void guarded(Work work) {
        boolean done = false;
        try {
            work.run();
            done = true;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "answering pings on " + stream + " ended: " + e);
        } finally {
            if (!done) {
                idle.close();
                stream.reset(ErrorCode.NONE);
            }
        }
    }
}
