package libp2p.nat.relay;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.resource.Reservation;

/**
 * Two streams that are one connection: the bytes of one are written to the other, and the end of one way is the end of
 * that way only. At a limit, bytes or time, both streams end.
 */
final class Bridge {
    private static final int WAYS = 2;

    private final Environment environment;
    private final Stream source;
    private final Stream target;
    private final RelayLimits.Circuits limits;
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicBoolean cut = new AtomicBoolean();

    Bridge(Environment environment, Stream source, Stream target, RelayLimits.Circuits limits) {
        this.environment = environment;
        this.source = source;
        this.target = target;
        this.limits = limits;
    }

    /** Carries until both ways have ended; blocks. Both streams have ended then. */
    void run() throws IOException {
        ConnectionLimits each = limits.each();
        long seconds = each == null ? 0 : each.duration().toNanos();
        try (Reservation _ = source.scope().reserve((long) WAYS * limits.buffer(), Reservation.MEDIUM)) {
            Timer end = seconds == 0 ? () -> {} : environment.schedule(seconds, this::abort);
            try {
                Thread answering = environment.start("circuit", () -> carry(target, source));
                carry(source, target);
                while (answering.isAlive()) {
                    join(answering);
                }
            } finally {
                end.cancel();
            }
        } finally {
            if (ended.get() < WAYS) {
                abort();
            }
        }
    }

    /** Waits until the other way has ended; an interrupt ends both. */
    private void join(Thread answering) {
        try {
            answering.join();
        } catch (InterruptedException e) {
            abort();
        }
    }

    private void carry(Stream from, Stream to) {
        ConnectionLimits each = limits.each();
        long allowed = each == null || each.bytes() == 0 ? Long.MAX_VALUE : each.bytes();
        try {
            new RelayCopier(environment, from, to).carry(allowed);
        } catch (CircuitFullException full) {
            if (cut.compareAndSet(false, true)) {
                // The target gets every byte that was allowed, and then sees the end; the source learns that it was
                // cut.
                from.reset(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
                to.close();
            }
            return;
        } catch (IOException | RuntimeException e) {
            abort();
            return;
        }
        if (ended.incrementAndGet() == WAYS) {
            from.close();
            to.close();
        }
    }

    private void abort() {
        if (cut.compareAndSet(false, true)) {
            source.reset(ErrorCode.NONE);
            target.reset(ErrorCode.NONE);
        }
    }
}
