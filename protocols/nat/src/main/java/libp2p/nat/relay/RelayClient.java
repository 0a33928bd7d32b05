package libp2p.nat.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.concurrent.KeyedRates;
import libp2p.core.connection.Connection;
import libp2p.core.connection.HostClosedException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Timer;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.core.peer.AddressBook.State;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.Circuits;
import libp2p.nat.relay.wire.StopMessage;
import org.jspecify.annotations.Nullable;

/**
 * The relay client of a host, which reaches others through relays and is reached so itself: the transport, the stop
 * protocol, and the reservations of this host. Addresses through relays enter the address book while the reservation
 * lasts. Thread-safe.
 */
public final class RelayClient implements HostService {
    /** Protocol id between a client and its relay. */
    public static final String HOP_PROTOCOL = "/libp2p/circuit/relay/0.2.0/hop";

    /** Protocol id between a relay and the target of a circuit. */
    public static final String STOP_PROTOCOL = "/libp2p/circuit/relay/0.2.0/stop";

    /** Connections through one relay that are taken: above what relays carry to one peer. */
    private static final int CIRCUITS = 64;

    /** Rate of those, which no limit of addresses bounds: all have the address of the relay. */
    private static final KeyedRates.Rate ARRIVALS = new KeyedRates.Rate(CIRCUITS, Duration.ofMillis(250));

    private final RelayLimits.Client limits;
    private final KeyedRates<PeerId> arrivals;
    /** Connections by their relay that are being secured; they end in time. */
    private final Map<PeerId, Integer> entering = new HashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final List<ReservationRefresher> keepers = new ArrayList<>();
    private final List<CircuitListener> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Host host;
    private @Nullable Registration registration;
    private boolean closed;

    /** Reserves and dials through relays, within these limits. */
    public RelayClient(RelayLimits.Client limits) {
        this.limits = limits;
        this.arrivals = new KeyedRates<>(ARRIVALS, limits.relays());
    }

    /** Makes the transport; it works once this service is started. */
    public TransportFactory transport() {
        return context -> new CircuitTransport(this, context.upgrader());
    }

    @Override
    public void start(Host started) {
        host = started;
        // Limited connections too, so that a relay behind a relay hears why it is refused.
        registration = started.handle(
                STOP_PROTOCOL, HandlerOptions.DEFAULT.withAllowLimited(true).withAnnounce(true), this::stop);
    }

    Host host() throws IOException {
        Host current = host;
        if (current == null) {
            throw new HostClosedException();
        }
        return current;
    }

    /** Listens for circuits from relays at which places are reserved other than by listening. */
    @Override
    public void listening() {
        try {
            Registration _ = host().listen(Circuits.ANY);
        } catch (IOException e) {
            System.getLogger(RelayClient.class.getName())
                    .log(System.Logger.Level.WARNING, () -> "not listening for circuits: " + e.getMessage());
        }
    }

    void add(CircuitListener listener) {
        listeners.add(listener);
    }

    void remove(CircuitListener listener) {
        listeners.remove(listener);
    }

    /**
     * Keeps a place at a relay until the registration is closed, however often it is lost; does not block.
     *
     * @throws IllegalStateException if the client is not started or keeps too many already
     */
    public Registration keep(PeerAddress relay) {
        return keep(relay, cause -> true);
    }

    /**
     * Says whether to go on trying after a place at a relay was lost or refused. Called without locks; must not block.
     */
    @FunctionalInterface
    public interface Persistence {
        /** Whether another relay may be tried after this failure. */
        boolean goOn(Throwable cause);
    }

    /** As {@link #keep(PeerAddress)}, as long as the caller wants to. */
    public Registration keep(PeerAddress relay, Persistence persistence) {
        try {
            ReservationRefresher keeper = keeper(relay, persistence);
            keeper.start();
            return keeper;
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Reserves a place now, and keeps it until the registration is closed; blocks. */
    Registration reserveNow(PeerAddress relay) throws IOException {
        ReservationRefresher keeper = keeper(relay, cause -> true);
        keeper.startNow();
        return keeper;
    }

    private ReservationRefresher keeper(PeerAddress relay, Persistence persistence) throws IOException {
        ReservationRefresher keeper = new ReservationRefresher(host(), relay, limits, new Book(host(), persistence));
        lock.lock();
        try {
            if (closed) {
                throw new HostClosedException();
            }
            if (keepers.size() >= limits.relays()) {
                throw new IllegalStateException("reservations at " + keepers.size() + " relays are kept already");
            }
            keepers.add(keeper);
            return keeper;
        } finally {
            lock.unlock();
        }
    }

    /** The reservations that hold now. */
    public List<RelayReservation> reservations() {
        return keepers().stream()
                .map(ReservationRefresher::current)
                .filter(Objects::nonNull)
                .toList();
    }

    private List<ReservationRefresher> keepers() {
        lock.lock();
        try {
            return List.copyOf(keepers);
        } finally {
            lock.unlock();
        }
    }

    /** Enters the addresses of reservations into the address book and publishes their changes. */
    private final class Book implements ReservationRefresher.Owner {
        private final Host here;
        private final Persistence persistence;

        Book(Host here, Persistence persistence) {
            this.here = here;
            this.persistence = persistence;
        }

        @Override
        public void held(ReservationRefresher keeper, RelayReservation reservation, @Nullable RelayReservation before) {
            here.connectionManager().protect(reservation.relay(), RelayServer.SERVICE);
            reservation.addresses().forEach(address -> here.addressBook().put(address, Origin.RELAY, State.CONFIRMED));
            if (before != null) {
                before.addresses().stream()
                        .filter(address -> !reservation.addresses().contains(address))
                        .forEach(address -> withdraw(address, keeper));
            }
            here.events().publish(new ReservationChanged(reservation.relay(), reservation, null));
        }

        @Override
        public boolean lost(ReservationRefresher keeper, @Nullable RelayReservation before, Throwable cause) {
            if (before != null) {
                before.addresses().forEach(address -> withdraw(address, keeper));
                boolean _ = here.connectionManager().unprotect(before.relay(), RelayServer.SERVICE);
            }
            PeerId relay = keeper.relay().peer();
            if (relay != null) {
                here.events().publish(new ReservationChanged(relay, null, cause));
            }
            return persistence.goOn(cause);
        }

        private void withdraw(Multiaddr address, ReservationRefresher keeper) {
            boolean held = keepers().stream()
                    .filter(other -> other != keeper)
                    .map(ReservationRefresher::current)
                    .anyMatch(other -> other != null && other.addresses().contains(address));
            if (!held) {
                here.addressBook().remove(address, Origin.RELAY);
            }
        }

        @Override
        public void ended(ReservationRefresher keeper) {
            lock.lock();
            try {
                keepers.remove(keeper);
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public void connectionClosed(Connection connection) {
        keepers().forEach(keeper -> keeper.connectionClosed(connection));
    }

    /** A relay brings a connection. Only relays that this host has asked for a place may. */
    private void stop(Stream stream) throws IOException {
        Connection connection = stream.connection();
        if (Circuits.isRelayed(connection) || !isRelay(connection.remotePeer())) {
            refuse(stream, RelayStatus.PERMISSION_DENIED); // no stranger holds a stream by saying nothing on it
            return;
        }
        StopMessage message;
        Timer end = RelayFrames.endInTime(host().environment(), stream, limits.accept());
        try {
            message = RelayFrames.readStop(stream);
        } catch (ProtobufException malformed) {
            refuse(stream, RelayStatus.MALFORMED_MESSAGE);
            return;
        } finally {
            end.cancel();
        }
        PeerId source = message.peer();
        if (message.type() != StopMessage.Type.CONNECT) {
            refuse(stream, RelayStatus.UNEXPECTED_MESSAGE);
        } else if (source == null) {
            refuse(stream, RelayStatus.MALFORMED_MESSAGE);
        } else {
            Multiaddr through = Circuits.through(connection.remoteAddress(), connection.remotePeer());
            Multiaddr local = Circuits.through(connection.localAddress(), connection.remotePeer());
            enter(new CircuitConnection(stream, local, through, message.limit()), connection.remotePeer());
        }
    }

    private void enter(CircuitConnection circuit, PeerId relay) throws IOException {
        if (!admits(relay)) {
            refuse(circuit.stream(), RelayStatus.RESOURCE_LIMIT_EXCEEDED);
            return;
        }
        try {
            accept(circuit);
        } finally {
            lock.lock();
            try {
                entering.computeIfPresent(relay, (key, count) -> count == 1 ? null : count - 1);
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean admits(PeerId relay) throws IOException {
        long open = host().connections().stream()
                .filter(connection -> connection.direction() == Direction.INBOUND)
                .map(connection -> Circuits.relay(connection.remoteAddress()))
                .filter(through -> through != null && relay.equals(through.peer()))
                .count();
        long now = host().environment().nanoTime();
        lock.lock();
        try {
            int coming = entering.getOrDefault(relay, 0);
            if (open + coming >= CIRCUITS || !arrivals.take(relay, now)) {
                return false;
            }
            entering.put(relay, coming + 1);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isRelay(PeerId peer) {
        return keepers().stream().anyMatch(keeper -> peer.equals(keeper.relay().peer()));
    }

    private void accept(CircuitConnection circuit) throws IOException {
        CircuitListener listener = listeners.isEmpty() ? null : listeners.getFirst();
        if (listener == null) {
            refuse(circuit.stream(), RelayStatus.CONNECTION_FAILED);
            return;
        }
        ConnectionScope scope;
        try {
            scope = listener.admit(circuit.localAddress(), circuit.remoteAddress());
        } catch (IOException refused) {
            refuse(circuit.stream(), RelayStatus.RESOURCE_LIMIT_EXCEEDED);
            return;
        }
        try {
            RelayFrames.write(circuit.stream(), StopMessage.status(RelayStatus.OK.number()));
        } catch (IOException | RuntimeException e) {
            listener.failed(circuit.localAddress(), circuit.remoteAddress(), scope, e);
            throw e;
        }
        listener.serve(circuit, scope);
    }

    private void refuse(Stream stream, RelayStatus status) throws IOException {
        Timer end = RelayFrames.endInTime(host().environment(), stream, limits.accept());
        try {
            RelayFrames.write(stream, StopMessage.status(status.number()));
            stream.closeWrite();
        } finally {
            end.cancel();
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
        keepers().forEach(ReservationRefresher::close);
        Registration current = registration;
        if (current != null) {
            current.close();
        }
    }
}
