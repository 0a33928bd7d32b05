package libp2p.protocols.identify;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.AddressesChanged;
import libp2p.core.event.HostEvent.ProtocolsChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;

/** Tells connected peers when the addresses or the protocols of this host have changed. */
final class Pusher {
    private static final System.Logger LOG = System.getLogger(Pusher.class.getName());

    private final Host host;
    private final Identify identify;
    private final Identify.Limits limits;
    private final Subscription<HostEvent> events;

    Pusher(Host host, Identify identify, Identify.Limits limits) {
        this.host = host;
        this.identify = identify;
        this.limits = limits;
        this.events = host.events().subscribe(HostEvent.class);
    }

    void start() {
        host.environment().start("identify-push", this::run);
    }

    private void run() {
        try {
            HostEvent event;
            while ((event = events.take(Deadline.NONE)) != null) {
                boolean changed = isChange(event);
                while ((event = events.poll()) != null) { // several changes at once are pushed once
                    changed |= isChange(event);
                }
                if (changed) {
                    pushToAll();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isChange(HostEvent event) {
        return event instanceof AddressesChanged || event instanceof ProtocolsChanged;
    }

    private void pushToAll() {
        List<Connection> targets = host.connections().stream()
                .filter(connection -> identify.isIdentified(connection)
                        && host.peerstore().protocols(connection.remotePeer()).contains(Identify.PUSH_PROTOCOL))
                .toList();
        AtomicInteger next = new AtomicInteger();
        for (int i = 0; i < Math.min(limits.pushes(), targets.size()); i++) {
            host.environment().start("identify-push-" + i, () -> {
                int index;
                while ((index = next.getAndIncrement()) < targets.size()) {
                    push(targets.get(index));
                }
            });
        }
    }

    private void push(Connection connection) {
        try {
            Deadline deadline = Deadline.after(host.environment(), limits.timeout());
            Stream stream = connection.openAllowingLimited(deadline, Identify.PUSH_PROTOCOL);
            boolean done = false;
            try {
                stream.writeTimeout(limits.timeout());
                IdentifyFrames.send(stream, identify.message(connection), limits);
                done = true;
            } finally {
                if (done) {
                    stream.close();
                } else {
                    stream.reset(ErrorCode.NONE);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "identify push on " + connection + " failed: " + e.getMessage());
        }
    }

    void close() {
        events.close();
    }
}
