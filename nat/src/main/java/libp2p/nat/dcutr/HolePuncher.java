package libp2p.nat.dcutr;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.concurrent.KeyedRates;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.Circuits;
import libp2p.nat.address.Publicness;
import libp2p.nat.dcutr.PunchEvent.Result;
import libp2p.nat.dcutr.PunchEvent.Via;
import org.jspecify.annotations.Nullable;

/**
 * Replaces connections through relays by direct ones. The peer that was reached through a relay starts: it dials the
 * other one if that seems to be public, and otherwise both dial at the same moment, three times at most. Thread-safe.
 */
public final class HolePuncher implements HostService {
    /** Protocol id. */
    public static final String PROTOCOL = "/libp2p/dcutr";

    private static final System.Logger LOG = System.getLogger(HolePuncher.class.getName());
    private static final String SERVICE = "libp2p.holepunch";

    /** The parts that exist once the host is known. */
    private record Parts(Host host, DirectConnections direct, PunchExchange exchange, PunchDialer dialer) {}

    private final Limits limits;
    private final PunchPlan plan;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PeerId, Attempt> active = new HashMap<>();
    /** By relayed connections that are open: their number is bounded with that of connections. */
    private final Map<Connection, Retirement> retiring = new HashMap<>();

    private final KeyedRates<PeerId> requests;
    private final LongAdder connected = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile @Nullable Parts parts;
    private @Nullable Registration registration;

    public HolePuncher(Limits limits, Publicness publicness) {
        this.limits = limits;
        this.plan = new PunchPlan(limits, publicness);
        this.requests = new KeyedRates<>(limits.perPeer(), 4 * limits.peers());
    }

    @Override
    public void start(Host started) {
        DirectConnections direct = new DirectConnections(started);
        PunchExchange exchange = new PunchExchange(started.environment(), plan, limits.exchange());
        parts = new Parts(started, direct, exchange, new PunchDialer(started, direct, limits));
        registration = started.handle(
                PROTOCOL, HandlerOptions.DEFAULT.withAllowLimited(true).withService(SERVICE), this::answer);
    }

    private Parts parts() {
        Parts current = parts;
        if (current == null) {
            throw new IllegalStateException("hole punching is not started");
        }
        return current;
    }

    private Environment environment() {
        return parts().host.environment();
    }

    /** Direct connections that have come about so. */
    public long connected() {
        return connected.sum();
    }

    /** Peers with whom all tries have failed. */
    public long failed() {
        return failed.sum();
    }

    @Override
    public void connectionOpened(Connection connection) {
        if (!Circuits.isRelayed(connection)) {
            parts().direct.opened();
        } else if (connection.direction() == Direction.INBOUND && enter(connection.remotePeer())) {
            environment().start("punch " + connection.remotePeer(), () -> {
                try {
                    replace(connection);
                } finally {
                    leave(connection.remotePeer());
                }
            });
        }
    }

    /**
     * The hole punching with one peer.
     *
     * @param number 0 for a reversal, 1 to 3 for punches
     */
    public record Attempt(Via via, int number) {}

    /** The attempt at a direct connection that goes on with a peer, or null. */
    public @Nullable Attempt attempt(PeerId peer) {
        lock.lock();
        try {
            return active.get(peer);
        } finally {
            lock.unlock();
        }
    }

    private void progress(PeerId peer, Via via, int number) {
        lock.lock();
        try {
            active.replace(peer, new Attempt(via, number));
        } finally {
            lock.unlock();
        }
    }

    private boolean enter(PeerId peer) {
        lock.lock();
        try {
            return !parts().direct.isClosed()
                    && active.size() < limits.peers()
                    && active.putIfAbsent(peer, new Attempt(Via.REVERSAL, 0)) == null;
        } finally {
            lock.unlock();
        }
    }

    private void leave(PeerId peer) {
        lock.lock();
        try {
            active.remove(peer);
        } finally {
            lock.unlock();
        }
    }

    private void replace(Connection relayed) {
        PeerId peer = relayed.remotePeer();
        DirectConnections direct = parts().direct;
        long start = environment().nanoTime();
        try {
            Deadline identified = Deadline.after(environment(), limits.identify());
            if (!direct.awaitProtocol(relayed, PROTOCOL, identified) || direct.to(peer) != null) {
                return;
            }
            boolean done = reverse(peer, start);
            for (int attempt = 1; !done && attempt <= limits.tries() && mayGoOn(relayed); attempt++) {
                progress(peer, Via.PUNCH, attempt);
                Result result = attempt(relayed, attempt);
                tell(peer, Via.PUNCH, attempt, result, start);
                done = result == Result.CONNECTED;
                if (result == Result.NO_ADDRESSES || result == Result.REFUSED) { // perhaps it learns some meanwhile
                    done = direct.await(peer, Deadline.after(environment(), limits.reconsider()));
                }
            }
            (done ? connected : failed).increment();
            if (done) {
                retire(relayed);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void retire(Connection relayed) {
        Retirement retirement = new Retirement(environment(), relayed, limits);
        lock.lock();
        try {
            if (!parts().direct.isClosed() && relayed.isOpen()) {
                retiring.put(relayed, retirement);
                retirement.start();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void connectionClosed(Connection connection) {
        endRetirement(connection);
    }

    private void endRetirement(Connection relayed) {
        Retirement over;
        lock.lock();
        try {
            over = retiring.remove(relayed);
        } finally {
            lock.unlock();
        }
        if (over != null) {
            over.end();
        }
    }

    private boolean mayGoOn(Connection relayed) {
        return relayed.isOpen() && !parts().direct.isClosed();
    }

    private void tell(PeerId peer, Via via, int attempt, Result result, long start) {
        Duration after = Duration.ofNanos(environment().nanoTime() - start);
        parts().host.events().publish(new PunchEvent(peer, via, attempt, result, after));
    }

    private boolean reverse(PeerId peer, long start) {
        List<Multiaddr> targets = plan.targets(parts().host.peerstore().addresses(peer), own());
        if (targets.isEmpty()) {
            return false;
        }
        boolean made = parts().dialer.reverse(peer, targets);
        tell(peer, Via.REVERSAL, 0, made ? Result.CONNECTED : Result.FAILED, start);
        return made;
    }

    /** One try, as the peer that starts. */
    private Result attempt(Connection relayed, int attempt) throws InterruptedException {
        PeerId peer = relayed.remotePeer();
        Parts here = parts();
        List<Multiaddr> told = plan.told(own());
        if (told.isEmpty()) {
            return Result.NO_ADDRESSES;
        }
        PunchExchange.Agreed agreed;
        try {
            agreed = here.exchange.start(relayed, told, own());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "no punch with " + peer + ": " + e.getMessage());
            return here.direct.to(peer) != null ? Result.CONNECTED : Result.REFUSED;
        }
        if (agreed == null) {
            return Result.NO_ADDRESSES;
        }
        boolean _ = here.direct.await(peer, Deadline.after(environment(), PunchPlan.delay(agreed.roundTrip())));
        Deadline until = Deadline.after(environment(), plan.starterTime(agreed.roundTrip()));
        return here.dialer.punch(peer, agreed.targets(), plan.starter(attempt), until)
                ? Result.CONNECTED
                : Result.FAILED;
    }

    /** One try, as the peer that was asked. */
    private void answer(Stream stream) throws IOException, InterruptedException {
        Connection relayed = stream.connection();
        PeerId peer = relayed.remotePeer();
        if (!Circuits.isRelayed(relayed) || relayed.direction() == Direction.INBOUND || !mayAsk(peer)) {
            stream.reset(ErrorCode.STREAM_GATED);
            return;
        }
        PunchExchange.Agreed agreed =
                parts().exchange.answer(stream, plan.told(own()), own(), targets -> expect(peer, targets));
        if (agreed == null || !enter(peer)) {
            return;
        }
        try {
            progress(peer, Via.PUNCH, 1);
            Deadline until = Deadline.after(environment(), plan.answererTime(agreed.roundTrip()));
            boolean made = parts().dialer.punch(peer, agreed.targets(), plan.answerer(), until);
            LOG.log(System.Logger.Level.DEBUG, () -> "punch with " + peer + (made ? " succeeded" : " failed"));
        } finally {
            leave(peer);
        }
    }

    /** The other half may be faster, and may come from another port than it knows of. */
    private void expect(PeerId peer, List<Multiaddr> targets) {
        Deadline until = Deadline.after(environment(), limits.mostAttempt());
        parts().host.expectPunch(PeerAddress.of(peer, targets), until);
    }

    private boolean mayAsk(PeerId peer) {
        lock.lock();
        try {
            return requests.take(peer, environment().nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /** The addresses of this host, also those that few have seen, or that nobody could dial: a punch needs no more. */
    private List<Multiaddr> own() {
        AddressBook book = parts().host.addressBook();
        List<Multiaddr> own = new ArrayList<>();
        book.observations().forEach(seen -> own.add(seen.address()));
        for (AddressBook.Entry entry : book.entries()) {
            if (entry.origin() != Origin.RELAY) {
                own.add(entry.address());
            }
        }
        return own;
    }

    @Override
    public void close() {
        Parts current = parts;
        if (current != null) {
            current.direct.close();
        }
        List<Connection> left;
        lock.lock();
        try {
            left = List.copyOf(retiring.keySet());
        } finally {
            lock.unlock();
        }
        left.forEach(this::endRetirement);
        Registration registered = registration;
        if (registered != null) {
            registered.close();
        }
    }
}
