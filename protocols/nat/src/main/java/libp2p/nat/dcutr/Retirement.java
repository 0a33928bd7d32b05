package libp2p.nat.dcutr;

import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;

/** Ends a relayed connection that a direct one has replaced, as soon as it has been without streams for a moment. */
final class Retirement {
    private final Environment environment;
    private final Connection relayed;
    private final HolePunchLimits limits;
    private final RepeatingTimer timer;
    private final long end;
    private boolean idle;

    Retirement(Environment environment, Connection relayed, HolePunchLimits limits) {
        this.environment = environment;
        this.relayed = relayed;
        this.limits = limits;
        this.timer = new RepeatingTimer(environment, this::look);
        this.end = environment.nanoTime() + limits.keep().toNanos();
    }

    void start() {
        timer.arm(limits.idle().toNanos());
    }

    /** The relayed connection has ended, or this host has. */
    void end() {
        timer.close();
    }

    private void look(RepeatingTimer again) {
        boolean empty = relayed.streams().isEmpty();
        if (empty && idle) {
            relayed.close(ErrorCode.NONE, "a direct connection has replaced it");
        }
        idle = empty;
        if (relayed.isOpen() && environment.nanoTime() < end) {
            again.arm(limits.idle().toNanos());
        }
    }
}
