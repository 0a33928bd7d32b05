package libp2p.nat.dcutr;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.nat.address.Circuits;
import libp2p.nat.address.Publicness;
import libp2p.nat.dcutr.PunchEvent.Result;
import libp2p.nat.dcutr.PunchEvent.Via;
import org.jspecify.annotations.Nullable;

/**
 * Hole punching: replaces connections through relays by direct ones. The peer that was reached through a relay starts: it dials the
 * other one if that seems to be public, and otherwise both dial at the same moment, three times at most. Thread-safe.
 */
public final class HolePuncher implements HostService {
    /** Protocol id. */
    public static final String PROTOCOL = "/libp2p/dcutr";

    /** Half of the time that a circuit lasts at most relays. */
    private static final Duration TURN = Duration.ofMinutes(1);

    private static final String SERVICE = "libp2p.holepunch";

    /** The parts that exist once the host is known. */
    private record Running(
            PunchParts parts, PunchStarter starter, Retirements retirements, Registration registration) {}

    private final HolePunchLimits limits;
    private final PunchPlan plan;
    private final PunchOutcomes outcomes = new PunchOutcomes();
    private final LongAdder connected = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile @Nullable Running running;

    /** Punches within the limits; {@code publicness} tells what is known of this host's own reachability. */
    public HolePuncher(HolePunchLimits limits, Publicness publicness) {
        this.limits = limits;
        this.plan = new PunchPlan(limits, publicness);
    }

    @Override
    public void start(Host started) {
        PunchParts parts = PunchParts.of(started, limits, plan, outcomes);
        HandlerOptions options = HandlerOptions.DEFAULT.withAllowLimited(true).withService(SERVICE);
        Registration registration = started.handle(PROTOCOL, options, new PunchAnswerer(parts)::answer);
        running = new Running(
                parts, new PunchStarter(parts), new Retirements(started.environment(), limits), registration);
    }

    private Running running() {
        Running current = running;
        if (current == null) {
            throw new IllegalStateException(
                    "hole punching is not started; give it to the builder of a host by with(…)");
        }
        return current;
    }

    /** Relayed connections that this host has replaced by direct ones, as the half that starts. */
    public long connected() {
        return connected.sum();
    }

    /** Relayed connections that this host could not replace, as the half that starts. */
    public long failed() {
        return failed.sum();
    }

    /** Attempts of either half that ended so, since the host was started. */
    public long attempts(Via via, Result result) {
        return outcomes.count(via, result);
    }

    /**
     * The hole punching with one peer.
     *
     * @param via which way is tried
     * @param number 0 for a reversal, 1 to 3 for punches
     */
    public record Attempt(Via via, int number) {}

    /** The attempt at a direct connection that goes on with a peer, or null. */
    public @Nullable Attempt attempt(PeerId peer) {
        Running current = running;
        return current == null ? null : current.parts().active().of(peer);
    }

    @Override
    public void connectionOpened(Connection connection) {
        PunchParts parts = running().parts();
        PeerId peer = connection.remotePeer();
        if (!Circuits.isRelayed(connection)) {
            parts.direct().opened();
        } else if (connection.direction() == Direction.INBOUND
                && !parts.direct().isClosed()) {
            parts.environment().start("punch " + peer, () -> startInTime(connection));
        }
    }

    private void startInTime(Connection relayed) {
        PunchParts parts = running().parts();
        try {
            if (parts.active().start(relayed.remotePeer(), Deadline.after(parts.environment(), TURN))) {
                replace(relayed);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void replace(Connection relayed) {
        Running here = running();
        try {
            switch (here.starter().replace(relayed)) {
                case CONNECTED -> {
                    connected.increment();
                    here.retirements().add(relayed);
                }
                case FAILED -> failed.increment();
                case NOTHING_DONE -> {}
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            here.parts().active().leave(relayed.remotePeer());
        }
    }

    @Override
    public void connectionClosed(Connection connection) {
        running().retirements().ended(connection);
    }

    @Override
    public void close() {
        Running current = running;
        if (current != null) {
            current.parts().direct().close();
            current.retirements().close();
            current.registration().close();
        }
    }
}
