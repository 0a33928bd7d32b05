package libp2p.swarm.listen;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;

/**
 * Looks at the interfaces of the machine from time to time and tells when their addresses have changed: there is no
 * portable way to be told. One look at a time, each on a thread of its own. Thread-safe.
 */
public final class InterfaceWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(InterfaceWatch.class.getName());

    private final Environment environment;
    private final long pauseNanos;
    private final Consumer<Interfaces> listener;
    private final RepeatingTimer timer;
    private Interfaces known; // of the thread that looks

    private InterfaceWatch(Environment environment, Duration pause, Interfaces first, Consumer<Interfaces> listener) {
        this.environment = environment;
        this.pauseNanos = pause.toNanos();
        this.known = first;
        this.listener = listener;
        this.timer = new RepeatingTimer(environment, this::start);
    }

    /**
     * Starts to look.
     *
     * @param pause between two looks; zero: never
     * @param first what the caller knows already
     * @param listener called without locks, one call at a time
     */
    public static InterfaceWatch start(
            Environment environment, Duration pause, List<InetAddress> first, Consumer<Interfaces> listener) {
        InterfaceWatch watch = new InterfaceWatch(environment, pause, Interfaces.first(first), listener);
        watch.arm();
        return watch;
    }

    private void arm() {
        if (pauseNanos > 0) {
            timer.arm(pauseNanos);
        }
    }

    private void start(RepeatingTimer due) {
        environment.start("interfaces", this::look); // a thread that the host waits for
    }

    private void look() {
        try {
            List<InetAddress> addresses =
                    environment.offload(() -> environment.network().interfaceAddresses());
            Interfaces now = known.next(addresses);
            if (!now.isSame(known)) {
                known = now;
                LOG.log(Level.DEBUG, () -> "the interfaces have changed: " + now.present());
                listener.accept(now);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "the interfaces could not be read: " + e);
        } catch (Exception e) {
            LOG.log(Level.WARNING, "looking at the interfaces failed", e);
        } finally {
            arm();
        }
    }

    /** Ends it; a look that is under way may still tell of a change. Idempotent; does not block. */
    @Override
    public void close() {
        timer.close();
    }
}
