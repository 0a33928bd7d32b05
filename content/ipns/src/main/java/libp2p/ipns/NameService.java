package libp2p.ipns;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.identity.Identity;
import libp2p.core.routing.ValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Names of a host: publishes again what its keys were said to stand for, as long as it runs, before the network forgets
 * it. Published records are kept in the datastore of the host, and so outlive a restart where there is a data
 * directory. Needs a {@link ValueStore} among the services, such as the DHT. Thread-safe.
 */
public final class NameService implements HostService {
    private static final System.Logger LOG = System.getLogger(NameService.class.getName());
    private static final String DATASTORE = "ipns";
    /** The first look, when the host has had time to meet others. */
    private static final Duration FIRST = Duration.ofMinutes(1);

    private static final Duration RETRY = Duration.ofMinutes(5);
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final List<Identity> keys;
    private final Duration period;
    private final AtomicReference<@Nullable Parts> parts = new AtomicReference<>();

    private record Parts(Host host, Ipns ipns, RepeatingTimer timer, List<Identity> keys) {}

    /** For the key of the host itself, every {@link IpnsLimits#REPUBLISH}. */
    public NameService() {
        this(List.of(), IpnsLimits.REPUBLISH);
    }

    /**
     * For several keys.
     *
     * @param keys beside that of the host; at most {@link IpnsLimits#KEYS}
     * @param period between two announcements of a name; positive
     */
    public NameService(List<Identity> keys, Duration period) {
        if (keys.size() > IpnsLimits.KEYS || !period.isPositive()) {
            throw new IllegalArgumentException(keys.size() + " keys, announced every " + period);
        }
        this.keys = List.copyOf(keys);
        this.period = period;
    }

    /**
     * The services by which a host publishes and resolves: the value store among its services, and its datastore.
     *
     * @throws IllegalStateException if it has no value store
     */
    public static Ipns of(Host host) {
        ValueStore store = host.find(ValueStore.class)
                .orElseThrow(() -> new IllegalStateException("names need a DHT, or another store of values"));
        return new Ipns(host.environment(), store, host.datastore(DATASTORE));
    }

    /** The names that a host has published, without a network to ask. */
    public static Ipns kept(Host host) {
        return Ipns.kept(host.environment(), host.datastore(DATASTORE));
    }

    @Override
    public void start(Host host) {
        List<Identity> all = new java.util.ArrayList<>(keys);
        all.add(host.identity());
        Parts made = new Parts(host, of(host), new RepeatingTimer(host.environment(), this::republish), all);
        if (!parts.compareAndSet(null, made)) {
            throw new IllegalStateException("a service of names serves one host");
        }
    }

    private Parts parts() {
        return HostService.started("the service of names", parts.get());
    }

    /** Publishes and resolves. */
    public Ipns ipns() {
        return parts().ipns();
    }

    @Override
    public void listening() {
        parts().timer().arm(Math.min(FIRST.toNanos(), period.toNanos()));
    }

    /** Publishes all names again that were published here; soon again if one failed. */
    private void republish(RepeatingTimer again) {
        Parts here = parts();
        boolean failed = false;
        for (Identity key : here.keys()) {
            try {
                here.ipns().republish(key, Deadline.after(here.host().environment(), TIMEOUT));
            } catch (InterruptedIOException e) {
                if (!(e instanceof DeadlineExceededException)) {
                    return;
                }
                failed = true;
            } catch (IOException e) {
                failed = true;
                LOG.log(
                        Level.DEBUG,
                        () -> "the name " + IpnsName.of(key.publicKey()) + " was not published again: "
                                + e.getMessage());
            }
        }
        double spread = here.host().environment().random("ipns.republish").nextDouble(0.9, 1);
        Duration pause = failed && RETRY.compareTo(period) < 0 ? RETRY : period;
        again.arm((long) (pause.toNanos() * spread));
    }

    /** Publishes nothing more; what is under way ends with the host. */
    @Override
    public void close() {
        Parts made = parts.get();
        if (made != null) {
            made.timer().close();
        }
    }
}
