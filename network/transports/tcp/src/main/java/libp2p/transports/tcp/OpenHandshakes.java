package libp2p.transports.tcp;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;

/**
 * The handshakes of one listener, which end with it: else a client that stays silent would hold up the end of its host.
 * Thread-safe.
 */
public final class OpenHandshakes {
    private final Environment environment;
    private final Set<HandshakeTimer> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param environment of the host */
    public OpenHandshakes(Environment environment) {
        this.environment = environment;
    }

    /** Starts a timer, as {@link HandshakeTimer#start} does; with the listener closed it goes off at once. */
    public HandshakeTimer start(Deadline deadline, RawConnection raw, String what) {
        HandshakeTimer timer = new HandshakeTimer(environment, deadline, raw, what, running::remove);
        running.add(timer);
        if (closed) {
            timer.giveUp();
        }
        return timer;
    }

    /** The listener is closed: so are the connections whose handshakes have not ended. */
    public void close() {
        closed = true;
        List.copyOf(running).forEach(HandshakeTimer::giveUp);
    }
}
