package libp2p.discovery.rendezvous;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.Results;
import org.jspecify.annotations.Nullable;

/** The registrations of several points under a namespace, asked for as they are taken. One thread takes at a time. */
final class PointSearch implements Results<PeerAddress> {
    private final RendezvousClient client;
    private final Deque<PeerAddress> points;
    private final String namespace;
    private final PeerId self;
    private final RendezvousLimits limits;
    private final Deadline deadline;
    private final Deque<PeerAddress> waiting = new ArrayDeque<>();
    private final Set<PeerId> found = new HashSet<>();
    private byte @Nullable [] cookie;
    private int asked;
    private int answered;
    private @Nullable IOException failure;
    private volatile boolean closed;

    PointSearch(
            RendezvousClient client,
            List<PeerAddress> points,
            String namespace,
            PeerId self,
            RendezvousLimits limits,
            Deadline deadline) {
        this.client = client;
        this.points = new ArrayDeque<>(points);
        this.namespace = namespace;
        this.self = self;
        this.limits = limits;
        this.deadline = deadline;
    }

    @Override
    public @Nullable PeerAddress next() throws IOException {
        while (waiting.isEmpty() && !points.isEmpty() && !closed && found.size() < limits.discovered()) {
            page();
        }
        PeerAddress next = closed ? null : waiting.poll();
        IOException error = failure;
        if (next == null && error != null && answered == 0 && !closed) {
            failure = null;
            throw error;
        }
        return next;
    }

    /** Asks for one more page; the last one of a point is empty, or has no cookie, or no new peer. */
    private void page() throws IOException {
        PeerAddress point = points.getFirst();
        boolean more = false;
        try {
            Discovered.Page page = client.discover(point, namespace, cookie, 0, deadline);
            answered++;
            for (Discovered one : page.registrations()) {
                if (found.size() < limits.discovered() && !one.peer().equals(self) && found.add(one.peer())) {
                    waiting.add(PeerAddress.of(one.peer(), one.addresses()));
                    more = true;
                }
            }
            cookie = page.cookie();
            more &= page.cookie().length > 0 && ++asked < limits.discovered();
        } catch (java.io.InterruptedIOException e) {
            if (!(e instanceof libp2p.core.failure.DeadlineExceededException)) {
                throw e;
            }
            failure = e;
        } catch (IOException e) {
            failure = e;
        }
        if (!more) {
            points.removeFirst();
            cookie = null;
            asked = 0;
        }
    }

    /** Asks no more; a question that is under way ends with its deadline. */
    @Override
    public void close() {
        closed = true;
    }
}
