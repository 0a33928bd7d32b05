package libp2p.nat.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.environment.Timer;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.Merit;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.AwaitedRequests;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.resource.Crowd;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.Circuits;
import libp2p.nat.address.Publicness;
import libp2p.nat.relay.wire.HopMessage;
import libp2p.nat.relay.wire.ReservationInfo;
import libp2p.nat.relay.wire.Voucher;
import org.jspecify.annotations.Nullable;

/**
 * Reserves places for peers, and carries connections of others to them. It never dials: a circuit ends at a peer that
 * is connected and has a reservation, so no request makes this host connect anywhere. Thread-safe.
 */
public final class RelayServer implements HostService {
    /** The service that streams are charged to. */
    static final String SERVICE = "libp2p.relay";

    /** Streams on which the request has yet to come. */
    static final int AWAITED = 128;

    private static final int TOLD_ADDRESSES = 16;

    private final RelayLimits limits;
    private final RelayPolicy policy;
    private final Publicness publicness;
    private final ReentrantLock lock = new ReentrantLock();
    private final RelayTable table;
    private @Nullable Host host;
    private @Nullable RandomGenerator random;
    private @Nullable Registration registration;
    private @Nullable RepeatingTimer expiry;
    private @Nullable AwaitedRequests awaited;
    private boolean closed;

    /**
     * @param policy asked before every reservation and circuit
     * @param publicness which of its addresses the relay tells its clients
     */
    public RelayServer(RelayLimits limits, RelayPolicy policy, Publicness publicness) {
        this.limits = limits;
        this.policy = policy;
        this.publicness = publicness;
        this.table = new RelayTable(limits, this::nextRandom);
    }

    @Override
    public void start(Host started) {
        host = started;
        random = started.environment().random("nat.relay");
        awaited = new AwaitedRequests(AWAITED, started.environment().random("nat.relay.awaited"));
        expiry = new RepeatingTimer(started.environment(), timer -> expire());
        // Limited connections too, so that they hear why they are refused.
        registration =
                started.handle(RelayClient.HOP_PROTOCOL, HandlerOptions.DEFAULT.withAllowLimited(true), this::handle);
    }

    private long nextRandom() {
        RandomGenerator numbers = HostService.started("the relay", random);
        return numbers.nextLong();
    }

    private Host host() {
        return HostService.started("the relay", host);
    }

    /** The number of peers with a reservation. */
    public int reservations() {
        lock.lock();
        try {
            return table.reservations();
        } finally {
            lock.unlock();
        }
    }

    /** The number of open circuits. */
    public int circuits() {
        lock.lock();
        try {
            return table.circuits();
        } finally {
            lock.unlock();
        }
    }

    private void handle(Stream stream) throws IOException {
        try {
            stream.scope().setService(SERVICE);
        } catch (LimitExceededException full) {
            stream.reset(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
            return;
        }
        AwaitedRequests requests = HostService.started("the relay", awaited);
        @Nullable HopMessage request;
        requests.opened(stream);
        Timer end = RelayFrames.endInTime(
                host().environment(), stream, limits.circuits().request());
        try {
            request = RelayFrames.readHop(stream);
        } catch (ProtobufException malformed) {
            request = null;
        } finally {
            end.cancel();
            requests.arrived(stream);
        }
        if (request == null || request.type() == HopMessage.Type.STATUS) {
            refuse(stream, RelayStatus.MALFORMED_MESSAGE);
        } else if (request.type() == HopMessage.Type.RESERVE) {
            reserve(stream);
        } else {
            connect(stream, request.peer());
        }
    }

    /** Says why; the handler's return closes the stream. */
    private void refuse(Stream stream, RelayStatus status) throws IOException {
        answer(stream, HopMessage.status(status.number(), null, null));
    }

    /** Answers, and waits for the client's end of the stream within the bound of those that ask. */
    private void answer(Stream stream, HopMessage answer) throws IOException {
        Environment environment = host().environment();
        Timer end = RelayFrames.endInTime(environment, stream, limits.circuits().request());
        try {
            RelayFrames.write(stream, answer);
            stream.closeWrite();
        } finally {
            end.cancel();
        }
        HostService.started("the relay", awaited).answered(stream, environment);
    }

    private boolean mayAsk(Connection connection) {
        lock.lock();
        try {
            return table.mayAsk(
                    connection.remotePeer(),
                    connection.remoteAddress().ip(),
                    host().environment().nanoTime());
        } finally {
            lock.unlock();
        }
    }

    private void reserve(Stream stream) throws IOException {
        Connection connection = stream.connection();
        if (Circuits.isRelayed(connection) || !policy.mayReserve(connection)) {
            refuse(stream, RelayStatus.PERMISSION_DENIED);
            return;
        }
        Duration lifetime = limits.reservations().lifetime();
        RelayStatus status = mayAsk(connection) ? enter(connection, lifetime) : RelayStatus.RESERVATION_REFUSED;
        if (status != RelayStatus.OK) {
            refuse(stream, status);
            return;
        }
        PeerId peer = connection.remotePeer();
        host().connectionManager().tag(peer, Merit.RESERVATION);
        if (host().connections(peer).isEmpty()) { // it has gone meanwhile, and the notice of it came before the entry
            release(peer);
            return;
        }
        if (!holds(peer)) { // the place ended before the merit was given that its end takes back
            host().connectionManager().untag(peer, Merit.RESERVATION);
            refuse(stream, RelayStatus.RESERVATION_REFUSED);
            return;
        }
        long expire = host().environment().wallClock().plus(lifetime).getEpochSecond();
        byte[] voucher = new Voucher(host().peerId(), peer, expire).seal(host().identity());
        ReservationInfo info = new ReservationInfo(expire, addresses(), voucher);
        answer(
                stream,
                HopMessage.status(
                        RelayStatus.OK.number(), info, limits.circuits().each()));
    }

    private RelayStatus enter(Connection connection, Duration lifetime) {
        endExpired();
        long now = host().environment().nanoTime();
        lock.lock();
        try {
            return closed
                    ? RelayStatus.PERMISSION_DENIED
                    : table.reserve(
                            connection.remotePeer(), connection.remoteAddress().ip(), now, now + lifetime.toNanos());
        } finally {
            lock.unlock();
            awaitExpiry();
        }
    }

    private boolean holds(PeerId peer) {
        lock.lock();
        try {
            return table.holds(peer, host().environment().nanoTime());
        } finally {
            lock.unlock();
        }
    }

    private void awaitExpiry() {
        RepeatingTimer timer = HostService.started("the relay", expiry);
        lock.lock();
        try {
            long next = table.nextExpiry();
            if (next != Long.MAX_VALUE) {
                timer.arm(Math.max(0, next - host().environment().nanoTime()));
            }
        } finally {
            lock.unlock();
        }
    }

    /** A place that has expired is no merit any more, though its peer stays connected. */
    private void expire() {
        endExpired();
        awaitExpiry();
    }

    private void endExpired() {
        List<PeerId> ended;
        lock.lock();
        try {
            ended = table.expire(host().environment().nanoTime());
        } finally {
            lock.unlock();
        }
        ended.forEach(peer -> host().connectionManager().untag(peer, Merit.RESERVATION));
    }

    /** The addresses of the relay itself that clients can tell others: public ones, or all where there are none. */
    private List<Multiaddr> addresses() {
        List<Multiaddr> direct = host().addresses().stream()
                .filter(address -> !Circuits.isCircuit(address))
                .toList();
        List<Multiaddr> open = direct.stream().filter(publicness::isPublic).toList();
        byte[] self = host().peerId().toBytes();
        return (open.isEmpty() ? direct : open)
                .stream()
                        .limit(TOLD_ADDRESSES)
                        .map(address -> address.withPeer(self))
                        .toList();
    }

    private void connect(Stream stream, @Nullable PeerId target) throws IOException {
        Connection connection = stream.connection();
        if (Circuits.isRelayed(connection)) {
            refuse(stream, RelayStatus.PERMISSION_DENIED);
        } else if (target == null) {
            refuse(stream, RelayStatus.MALFORMED_MESSAGE);
        } else if (!policy.mayConnect(connection, target)) {
            refuse(stream, RelayStatus.PERMISSION_DENIED);
        } else if (!mayAsk(connection)) {
            refuse(stream, RelayStatus.RESOURCE_LIMIT_EXCEEDED);
        } else {
            carry(stream, target);
        }
    }

    private void carry(Stream stream, PeerId target) throws IOException {
        Environment environment = host().environment();
        PeerId source = stream.connection().remotePeer();
        String group = Crowd.groupOf(stream.connection().remoteAddress());
        RelayTable.Opening opening;
        lock.lock();
        try {
            if (closed) {
                opening = null;
            } else {
                opening = table.openCircuit(
                        source,
                        group,
                        target,
                        environment.nanoTime(),
                        () -> stream.reset(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED));
            }
        } finally {
            lock.unlock();
        }
        if (opening != null) {
            opening.leaving().forEach(RelayTable.Circuit::end);
        }
        RelayTable.Circuit circuit = opening == null ? null : opening.circuit();
        if (circuit == null) {
            refuse(stream, opening == null ? RelayStatus.PERMISSION_DENIED : opening.status());
            return;
        }
        try {
            Stream stop = StopHandshake.open(host(), source, target, limits.circuits());
            if (stop == null) {
                refuse(stream, RelayStatus.CONNECTION_FAILED);
                return;
            }
            try {
                RelayFrames.write(
                        stream,
                        HopMessage.status(
                                RelayStatus.OK.number(), null, limits.circuits().each()));
                new Bridge(environment, stream, stop, limits.circuits()).run();
            } catch (IOException | RuntimeException e) {
                stop.reset(ErrorCode.NONE);
                throw e;
            }
        } finally {
            lock.lock();
            try {
                table.closeCircuit(circuit);
            } finally {
                lock.unlock();
            }
        }
    }

    /** A reservation ends with the last connection of its peer. */
    @Override
    public void connectionClosed(Connection connection) {
        PeerId peer = connection.remotePeer();
        if (host().connections(peer).isEmpty()) {
            release(peer);
        }
    }

    private void release(PeerId peer) {
        boolean held;
        lock.lock();
        try {
            held = table.release(peer);
        } finally {
            lock.unlock();
        }
        if (held) {
            host().connectionManager().untag(peer, Merit.RESERVATION);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        Registration current = registration;
        if (current != null) {
            current.close();
        }
        RepeatingTimer timer = expiry;
        if (timer != null) {
            timer.close();
        }
    }
}
