package libp2p.scenarios.flood;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;

/** A wall clock that stands elsewhere at each look: years ahead, years behind, an hour off. */
final class JumpingClock extends ForwardingEnvironment {
    private static final Duration[] JUMPS = {
        Duration.ZERO, Duration.ofDays(7300), Duration.ofDays(-7300), Duration.ofHours(1), Duration.ofHours(-1)
    };

    private final AtomicInteger looks = new AtomicInteger();

    JumpingClock(Environment inner) {
        super(inner);
    }

    @Override
    public Instant wallClock() {
        return super.wallClock().plus(JUMPS[Math.floorMod(looks.getAndIncrement(), JUMPS.length)]);
    }
}
