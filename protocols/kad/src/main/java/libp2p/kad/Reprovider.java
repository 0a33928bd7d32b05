package libp2p.kad;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.host.Host;
import libp2p.kad.key.Key;
import libp2p.kad.provide.ReprovideSchedule;
import libp2p.kad.provide.Sweep;
import libp2p.kad.store.ProvidedKeys;
import libp2p.kad.store.ProvidedKeys.Provided;

/**
 * Announces the keys that a host provides: new ones at once, each again before the network forgets it, by regions of
 * the keyspace whose moments are spread over the interval. When each is due is on the disk, so a restart goes on where
 * the process ended.
 */
final class Reprovider {
    private static final System.Logger LOG = System.getLogger(Reprovider.class.getName());
    private static final Duration SOON = Duration.ofSeconds(1);
    /** The longest pause between two searches for due keys, and the pause before a failed announcement is repeated. */
    private static final Duration LOOK = Duration.ofMinutes(10);

    private static final Duration REGION = Duration.ofMinutes(5);

    private final Host host;
    private final Dht dht;
    private final ProvidedKeys keys;
    private final KadLimits limits;
    private final ReprovideSchedule schedule;
    private final FanOut fanOut;
    private final RepeatingTimer timer;
    private final AtomicInteger requested = new AtomicInteger();

    Reprovider(Host host, Dht dht, ProvidedKeys keys, KadLimits limits) {
        this.host = host;
        this.dht = dht;
        this.keys = keys;
        this.limits = limits;
        this.schedule =
                new ReprovideSchedule(Key.of(host.peerId()), limits.store().republish());
        this.fanOut = new FanOut(host.environment(), limits.lookup().alpha());
        this.timer = new RepeatingTimer(host.environment(), this::look);
    }

    void begin() {
        timer.arm(SOON.toNanos());
    }

    /** Keys were added. */
    void soon() {
        host.environment().start("kad-provide", this::announceDue);
    }

    private void look(RepeatingTimer again) {
        announceDue();
        again.arm(untilNext().toNanos());
    }

    private Duration untilNext() {
        Instant next = keys.next();
        Instant now = host.environment().wallClock();
        if (next == null || !next.isAfter(now)) { // a key that is due still has failed
            return LOOK;
        }
        Duration until = Duration.between(now, next);
        return until.compareTo(LOOK) < 0 ? until.plusMillis(1) : LOOK;
    }

    /** One at a time: a caller that comes meanwhile has it done once more, with the keys that are due then. */
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
        List<Provided> due = keys.due(host.environment().wallClock());
        List<DhtNetwork> networks = dht.usable();
        if (due.isEmpty() || networks.isEmpty()) {
            return;
        }
        Supplier<Deadline> deadline = () -> Deadline.after(host.environment(), REGION);
        try {
            List<DhtNetwork> others = networks.subList(1, networks.size());
            sweep(networks.getFirst()).announce(due, deadline, (inside, bits, taken) -> {
                if (taken == 0) {
                    return; // they stay due
                }
                boolean everywhere = true;
                for (DhtNetwork other : others) {
                    everywhere &= announce(inside, other, deadline);
                }
                Instant now = host.environment().wallClock();
                Instant next = schedule.next(inside.getFirst().place(), bits, now);
                keys.announced(inside, now, everywhere ? next : now.plus(LOOK));
            });
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "announcing stopped and goes on later: " + e.getMessage());
        }
    }

    private Sweep sweep(DhtNetwork network) {
        return new Sweep(
                new DhtSweepNetwork(host, network, fanOut),
                limits.lookup(),
                host.environment().random("kad.sweep"));
    }

    /** Announces the keys of a region in another network too; returns whether anybody took them. */
    private boolean announce(List<Provided> inside, DhtNetwork other, Supplier<Deadline> deadline)
            throws InterruptedIOException {
        int[] all = {0};
        try {
            sweep(other).announce(inside, deadline, (part, bits, taken) -> all[0] += taken);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "announcing in " + other.protocol() + ": " + e.getMessage());
        }
        return all[0] > 0;
    }

    void close() {
        timer.close();
        fanOut.close();
    }
}
