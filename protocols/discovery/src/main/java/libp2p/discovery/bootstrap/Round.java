package libp2p.discovery.bootstrap;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import libp2p.core.connection.HostClosedException;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;

/**
 * Dials candidates, as many at a time as peers are missing, until so many are found or there are no more candidates.
 */
final class Round {
    private static final System.Logger LOG = System.getLogger(Round.class.getName());

    private final Host host;
    private final List<PeerAddress> candidates;
    private final BiConsumer<PeerAddress, PeerId> found;
    private final Runnable done;
    private final DialOptions options;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();

    /**
     * @param found told each peer that answered, by the threads of the dials
     * @param done run when the last dial has ended
     */
    Round(
            Host host,
            BootstrapLimits limits,
            List<PeerAddress> candidates,
            BiConsumer<PeerAddress, PeerId> found,
            Runnable done) {
        this.host = host;
        this.candidates = candidates;
        this.found = found;
        this.done = done;
        this.options = DialOptions.DEFAULT
                .withAllowLimited()
                .withTimeout(limits.dialTimeout())
                .withReason("bootstrap");
    }

    /** @param dials at a time, at least 1 */
    void start(int dials) {
        running.set(dials);
        for (int i = 0; i < dials; i++) {
            host.environment().start("bootstrap-" + i, this::run);
        }
    }

    /** Each thread finds one peer. */
    private void run() {
        try {
            int index;
            do {
                index = next.getAndIncrement();
            } while (index < candidates.size() && !dial(candidates.get(index)));
        } finally {
            if (running.decrementAndGet() == 0) {
                done.run();
            }
        }
    }

    /** Returns whether the search is over. */
    private boolean dial(PeerAddress candidate) {
        try {
            found.accept(candidate, host.connect(candidate, options).remotePeer());
            return true;
        } catch (HostClosedException closed) {
            return true;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "bootstrap peer not reached: " + e.getMessage());
            return e instanceof InterruptedIOException && !(e instanceof DeadlineExceededException);
        }
    }
}
