package libp2p.discovery.rendezvous;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.MessageExchange;
import libp2p.core.messaging.MessageStream;
import libp2p.core.record.RecordLimits;
import libp2p.core.routing.Discovery;
import libp2p.core.routing.Results;
import libp2p.discovery.rendezvous.RendezvousMessage.Discover;
import libp2p.discovery.rendezvous.RendezvousMessage.DiscoverResponse;
import libp2p.discovery.rendezvous.RendezvousMessage.Register;
import libp2p.discovery.rendezvous.RendezvousMessage.RegisterResponse;
import libp2p.discovery.rendezvous.RendezvousMessage.Unregister;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Registers a host at meeting points, and asks there for others. As a {@link Discovery} it uses the points that it
 * was given, all of them. A point that does not take the record of the specification is offered those of rust-libp2p
 * and py-libp2p, which know others. Thread-safe.
 */
public final class RendezvousClient implements HostService, Discovery {
    private static final System.Logger LOG = System.getLogger(RendezvousClient.class.getName());
    private static final int REMEMBERED = 256;

    private final List<PeerAddress> points;
    private volatile RendezvousLimits limits;
    private final AtomicReference<@Nullable Host> host = new AtomicReference<>();
    private final ReentrantLock lock = new ReentrantLock();
    /** The form that a point took last; of those that are named, and a few others. */
    private final Map<PeerId, RecordForm> forms = new HashMap<>();

    /**
     * A client.
     *
     * @param points of its own; may be empty
     * @throws IllegalArgumentException if there are more than the limits allow
     */
    public RendezvousClient(List<PeerAddress> points, RendezvousLimits limits) {
        if (points.size() > limits.points()) {
            throw new IllegalArgumentException(points.size() + " rendezvous points, there may be " + limits.points());
        }
        this.points = List.copyOf(points);
        this.limits = limits;
    }

    @Override
    public void start(Host started) {
        limits = started.limits(limits);
        if (!host.compareAndSet(null, started)) {
            throw new IllegalStateException("a rendezvous client serves one host");
        }
    }

    private Host host() {
        return HostService.started("the rendezvous client", host.get());
    }

    /**
     * Registers this host at a point, with the addresses that it announces; blocks.
     *
     * @param ttl for which to ask; zero leaves it to the point
     * @param form of the record; null tries one after the other until the point takes one
     * @return for how long the point has registered it
     * @throws RefusedException if the point does not
     */
    public Duration register(
            PeerAddress point, String namespace, Duration ttl, @Nullable RecordForm form, Deadline deadline)
            throws IOException {
        List<RecordForm> order = form != null ? List.of(form) : order(point);
        IOException failure = null;
        for (RecordForm next : order) {
            try {
                Duration granted = registerAs(next, point, namespace, ttl, deadline);
                remember(point, next);
                return granted;
            } catch (RefusedException e) {
                if (e.status() != Status.INVALID_SIGNED_PEER_RECORD && e.status() != Status.NOT_AUTHORIZED) {
                    throw e;
                }
                failure = with(e, failure);
            } catch (StreamResetException | ProtocolViolationException | java.io.EOFException e) {
                failure = with(e, failure); // rust-libp2p ends the stream when it cannot read a record
            }
        }
        throw failure == null ? new IOException("no form of a record to register with") : failure;
    }

    private static IOException with(IOException failure, @Nullable IOException earlier) {
        if (earlier != null) {
            failure.addSuppressed(earlier);
        }
        return failure;
    }

    private List<RecordForm> order(PeerAddress point) {
        lock.lock();
        try {
            RecordForm last = point.peer() == null ? null : forms.get(point.peer());
            List<RecordForm> order = new ArrayList<>(List.of(RecordForm.values()));
            if (last != null) {
                order.remove(last);
                order.addFirst(last);
            }
            return order;
        } finally {
            lock.unlock();
        }
    }

    private void remember(PeerAddress point, RecordForm form) {
        lock.lock();
        try {
            if (point.peer() != null && (forms.size() < REMEMBERED || forms.containsKey(point.peer()))) {
                forms.put(point.peer(), form);
            }
        } finally {
            lock.unlock();
        }
    }

    private Duration registerAs(RecordForm form, PeerAddress point, String namespace, Duration ttl, Deadline deadline)
            throws IOException {
        List<Multiaddr> addresses =
                host().addresses().stream().limit(RecordLimits.RECORD_ADDRESSES).toList();
        long sequence = host().environment().wallClock().toEpochMilli();
        byte[] record = form.encode(host().identity(), sequence, addresses);
        // py-libp2p wants the time to live to be said.
        long seconds = form == RecordForm.UNSIGNED && ttl.isZero()
                ? limits.defaultTtl().toSeconds()
                : ttl.toSeconds();
        RendezvousMessage answer = ask(point, new Register(namespace, record, seconds), deadline);
        if (!(answer instanceof RegisterResponse response)) {
            throw new ProtocolViolationException(RendezvousMessage.PROTOCOL, "no answer to a registration");
        }
        if (response.status() != Status.OK) {
            throw new RefusedException(point.peer(), "a registration", response.status(), response.text());
        }
        long granted = Math.clamp(response.ttl(), 1, limits.longestTtl().toSeconds());
        return Duration.ofSeconds(granted);
    }

    /** Ends the registration of this host; blocks until the point has been told, which does not answer. */
    public void unregister(PeerAddress point, String namespace, Deadline deadline) throws IOException {
        Unregister message = new Unregister(namespace, host().peerId().toBytes());
        try (MessageStream<RendezvousMessage, RendezvousMessage> messages = new MessageStream<>(
                host().open(point, dial(deadline), RendezvousMessage.PROTOCOL),
                RendezvousMessage.CODEC,
                RendezvousMessage.CODEC,
                limits.messageBytes())) {
            messages.until(deadline.earlier(Deadline.after(host().environment(), limits.timeout())));
            messages.send(message);
            messages.stream().closeWrite();
            messages.receiveOrEnd(); // the end says that it was read
        } catch (StreamResetException e) {
            LOG.log(Level.DEBUG, () -> "a rendezvous point ended the stream of an end: " + e.getMessage());
        }
    }

    /**
     * Asks a point for registrations; blocks. Registrations that cannot be checked are left out.
     *
     * @param namespace null: in all namespaces
     * @param cookie of an earlier answer, to get later registrations alone; or null
     * @param limit how many are wanted at most; 0: as many as the point tells
     * @throws RefusedException if the point does not answer that
     */
    public Discovered.Page discover(
            PeerAddress point, @Nullable String namespace, byte @Nullable [] cookie, int limit, Deadline deadline)
            throws IOException {
        RendezvousMessage answer = ask(point, new Discover(namespace, limit, cookie), deadline);
        if (!(answer instanceof DiscoverResponse response)) {
            throw new ProtocolViolationException(RendezvousMessage.PROTOCOL, "no answer to a question");
        }
        if (response.status() != Status.OK) {
            throw new RefusedException(point.peer(), "a question", response.status(), response.text());
        }
        List<Discovered> found = new ArrayList<>();
        int skipped = 0;
        for (Register register : response.registrations()) {
            Discovered one = checked(register, namespace);
            if (one == null) {
                skipped++;
            } else {
                found.add(one);
            }
        }
        return new Discovered.Page(found, response.cookie(), skipped);
    }

    private @Nullable Discovered checked(Register register, @Nullable String asked) {
        String namespace = register.namespace();
        if (namespace == null || register.record() == null || (asked != null && !asked.equals(namespace))) {
            return null;
        }
        try {
            RecordForm.Content content = RecordForm.decode(register.record());
            Duration ttl = Duration.ofSeconds(
                    Math.clamp(register.ttl(), 0, limits.longestTtl().toSeconds()));
            return new Discovered(
                    namespace, content.peer(), content.addresses(), content.form() != RecordForm.UNSIGNED, ttl);
        } catch (IOException | MalformedException e) {
            LOG.log(Level.DEBUG, () -> "a registration that cannot be checked: " + e.getMessage());
            return null;
        }
    }

    private RendezvousMessage ask(PeerAddress point, RendezvousMessage question, Deadline deadline) throws IOException {
        Environment environment = host().environment();
        long left = Math.min(limits.timeout().toNanos(), deadline.remainingNanos(environment));
        if (left <= 0) {
            throw new DeadlineExceededException("asking a rendezvous point");
        }
        return MessageExchange.of(RendezvousMessage.PROTOCOL, RendezvousMessage.CODEC, RendezvousMessage.CODEC)
                .withLimit(limits.messageBytes())
                .withTimeout(Duration.ofNanos(left))
                .ask(host(), point, dial(deadline), question);
    }

    private static DialOptions dial(Deadline deadline) {
        return DialOptions.DEFAULT.withDeadline(deadline).withReason("rendezvous");
    }

    /**
     * Registers this host at all points.
     *
     * @return the shortest time for which a point has registered it
     * @throws IOException if none has: the failure at the last point, with the others as suppressed
     */
    @Override
    public Duration advertise(String namespace, Deadline deadline) throws IOException {
        Duration shortest = null;
        IOException failure = null;
        for (PeerAddress point : points) {
            try {
                Duration granted = register(point, namespace, Duration.ZERO, null, deadline);
                shortest = shortest == null || granted.compareTo(shortest) < 0 ? granted : shortest;
            } catch (InterruptedIOException e) {
                if (!(e instanceof DeadlineExceededException)) {
                    throw e;
                }
                failure = with(e, failure);
            } catch (IOException e) {
                failure = with(e, failure);
            }
        }
        if (shortest == null) {
            throw failure == null ? new IOException("there is no rendezvous point") : failure;
        }
        return shortest;
    }

    /** Asks one point after the other, page by page, as results are taken. */
    @Override
    public Results<PeerAddress> findPeers(String namespace, Deadline deadline) {
        return new PointSearch(this, points, namespace, host().peerId(), limits, deadline);
    }

    @Override
    public void close() {
        // Nothing lasts longer than a call.
    }
}
