package libp2p.scenarios.flood;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.ping.Ping;
import libp2p.system.SystemEnvironment;

/**
 * Honest peers that the victim has not met, one after the other, in peace and in the flood: each connects and pings
 * once.
 */
final class Newcomers implements AutoCloseable {
    private static final Duration PACE = Duration.ofMillis(500);

    private final PeerAddress victim;
    private final List<Long> served = new ArrayList<>();
    private final List<Long> servedInPeace = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean flooded;
    private volatile boolean ended;

    Newcomers(PeerAddress victim) {
        this.victim = victim;
        SystemEnvironment.shared().start("newcomers", this::come);
    }

    private void come() {
        SystemEnvironment environment = SystemEnvironment.shared();
        try {
            do {
                long start = environment.nanoTime();
                try (Host host = Libp2p.host().start()) {
                    boolean before = flooded;
                    Ping.once(host, victim);
                    if (before == flooded) { // it came wholly in peace or wholly in the flood
                        (before ? served : servedInPeace).add(environment.nanoTime() - start);
                    }
                } catch (IOException failure) {
                    refused.add(failure.toString());
                }
                Deadline next = Deadline.after(environment, PACE);
                while (!next.passed(environment)) {
                    environment.park(this, next);
                }
            } while (!ended);
        } finally {
            over.countDown();
        }
    }

    /** The flood begins or rests. */
    void flooded(boolean value) {
        flooded = value;
    }

    /** Waits for the last of them; returns why some were not served. */
    List<String> end() throws InterruptedException {
        ended = true;
        over.await();
        return refused;
    }

    /**
     * Number of those that came in the flood, and the median of their times, with making their host, then and in peace.
     * After {@link #end}.
     */
    String summary() {
        return String.format(
                Locale.ROOT,
                "%d, %.0f, %.0f",
                served.size(),
                Pings.millis(served, 50),
                Pings.millis(servedInPeace, 50));
    }

    @Override
    public void close() {
        ended = true;
    }
}
