package libp2p.autotls;

import java.time.Duration;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;

/** The pauses between questions to a server until it has the answer: each twice as long, until a deadline. */
final class Pause {
    private final Environment environment;
    private final Deadline deadline;
    private final Duration most;
    private Duration next;

    /** @param deadline at which no more questions are asked */
    Pause(Environment environment, Duration first, Duration most, Deadline deadline) {
        this.environment = environment;
        this.deadline = deadline;
        this.most = most;
        this.next = first;
    }

    /**
     * Waits.
     *
     * @param atLeast what the server asks for, or zero
     * @return false if the deadline comes first; then it has not waited
     */
    boolean await(Duration atLeast) throws InterruptedException {
        Duration time = next.compareTo(atLeast) < 0 ? atLeast : next;
        next = next.multipliedBy(2).compareTo(most) < 0 ? next.multipliedBy(2) : most;
        Deadline end = Deadline.after(environment, time);
        if (deadline.nanos() <= end.nanos()) {
            return false;
        }
        while (!end.passed(environment)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            environment.park(this, end);
        }
        return true;
    }
}
