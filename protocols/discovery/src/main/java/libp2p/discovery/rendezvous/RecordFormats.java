package libp2p.discovery.rendezvous;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.PeerIdentificationFailed;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * The forms of records that peers read. A peer reads the form in which it registers itself; for one that has not, the
 * name of its program decides, which identify may be about to bring.
 */
final class RecordFormats {
    /** The form that a program reads. */
    enum Dialect {
        /** Signed records of the specification. */
        STANDARD(List.of(RecordForm.STANDARD)),
        /** This implementation. */
        SIGNED(List.of(RecordForm.STANDARD, RecordForm.ROUTING_STATE)),
        /** rust-libp2p, which refuses a whole answer for one record in another form. */
        ROUTING_STATE(List.of(RecordForm.ROUTING_STATE)),
        /** py-libp2p. */
        UNSIGNED(List.of(RecordForm.UNSIGNED));

        private final List<RecordForm> forms;

        Dialect(List<RecordForm> forms) {
            this.forms = forms;
        }

        List<RecordForm> forms() {
            return forms;
        }
    }

    private static final int REMEMBERED = 4_096;
    private static final Duration IDENTIFY = Duration.ofSeconds(2);

    private final Host host;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PeerId, RecordForm> spoken = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, RecordForm> eldest) {
            return size() > REMEMBERED;
        }
    };

    RecordFormats(Host host) {
        this.host = host;
    }

    /** A peer has used a form. */
    void speaks(PeerId peer, RecordForm form) {
        lock.lock();
        try {
            spoken.put(peer, form);
        } finally {
            lock.unlock();
        }
    }

    /** The form that a connected peer reads; waits for identify if need be, but not long. */
    Dialect of(PeerId peer) {
        String agent = agent(peer);
        if (agent.startsWith("java-libp2p/")) {
            return Dialect.SIGNED;
        }
        if (agent.startsWith("rust-libp2p/")) {
            return Dialect.ROUTING_STATE;
        }
        if (agent.startsWith("py-libp2p/")) {
            return Dialect.UNSIGNED;
        }
        lock.lock();
        try {
            RecordForm form = spoken.get(peer);
            return form == null || form == RecordForm.STANDARD
                    ? Dialect.STANDARD
                    : form == RecordForm.ROUTING_STATE ? Dialect.ROUTING_STATE : Dialect.UNSIGNED;
        } finally {
            lock.unlock();
        }
    }

    private String agent(PeerId peer) {
        try (Subscription<HostEvent> events = host.events().subscribe(HostEvent.class)) {
            Deadline deadline = Deadline.after(host.environment(), IDENTIFY);
            while (true) {
                String known = host.peerstore().metadata(peer, "agent");
                if (known != null) {
                    return known;
                }
                HostEvent event = events.take(deadline);
                if (event == null || isAbout(event, peer)) {
                    String agent = host.peerstore().metadata(peer, "agent");
                    return agent == null ? "" : agent;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static boolean isAbout(@Nullable HostEvent event, PeerId peer) {
        return (event instanceof PeerIdentified identified && identified.peer().equals(peer))
                || (event instanceof PeerIdentificationFailed failed
                        && failed.peer().equals(peer));
    }
}
