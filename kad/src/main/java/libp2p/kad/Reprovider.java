package libp2p.kad;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.host.Host;
import libp2p.kad.store.ProvidedKeys;
import libp2p.kad.store.ProvidedKeys.Provided;

/**
 * Announces the keys that a host provides, each again before the network forgets it, by regions of the keyspace: what it found out
 * about a region serves for all its keys. When each was announced is on the disk, so a restart goes on where the process ended.
 */
final class Reprovider {
    private static final System.Logger LOG = System.getLogger(Reprovider.class.getName());
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMinutes(10);
    private static final Duration REGION = Duration.ofMinutes(5);

    private final Host host;
    private final Dht dht;
    private final ProvidedKeys keys;
    private final Limits limits;
    private final RepeatingTimer timer;
    private final AtomicInteger requested = new AtomicInteger();

    Reprovider(Host host, Dht dht, ProvidedKeys keys, Limits limits) {
        this.host = host;
        this.dht = dht;
        this.keys = keys;
        this.limits = limits;
        this.timer = new RepeatingTimer(host.environment(), this::look);
    }

    void begin() {
        timer.arm(SOON.toNanos());
    }

    /** Keys were added. */
    void soon() {
        host.environment().start("kad-provide", () -> announceDue());
    }

    private void look(RepeatingTimer again) {
        announceDue();
        again.arm(LOOK.toNanos());
    }

    /** One at a time: who comes meanwhile has it done once more, with the keys that are due then. */
    private void announceDue() {
        if (requested.getAndIncrement() > 0) {
            return;
        }
        boolean done = false;
        try {
            int served = 1;
            do {
                announceWhatIsDue();
                served = requested.addAndGet(-served);
            } while (served > 0);
            done = true;
        } finally {
            if (!done) {
                requested.set(0);
            }
        }
    }

    private void announceWhatIsDue() {
        Instant now = host.environment().wallClock();
        List<Provided> due = keys.due(now.minus(limits.store().republish()));
        if (due.isEmpty() || dht.usable().isEmpty()) {
            return;
        }
        try {
            for (Overlay overlay : dht.usable()) {
                new Sweep(host, overlay, limits, keys).announce(due, () -> Deadline.after(host.environment(), REGION));
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "announcing stopped and goes on later: " + e.getMessage());
        }
    }

    void close() {
        timer.close();
    }
}
