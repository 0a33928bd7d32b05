package libp2p.nat.dcutr;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.concurrent.KeyedRates;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Direction;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.environment.Timer;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.host.DialOptions;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.core.protobuf.Delimited;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.Circuits;
import libp2p.nat.address.Publicness;
import libp2p.nat.dcutr.PunchEvent.Result;
import libp2p.nat.dcutr.PunchEvent.Via;
import org.jspecify.annotations.Nullable;

/**
 * Replaces connections through relays by direct ones. Who was reached through a relay starts: it dials the other peer if that
 * seems to be public, and otherwise both dial at the same moment, three times at most. Thread-safe.
 */
public final class HolePuncher implements HostService {
    /** Protocol id. */
    public static final String PROTOCOL = "/libp2p/dcutr";

    private static final System.Logger LOG = System.getLogger(HolePuncher.class.getName());
    private static final String SERVICE = "libp2p.holepunch";

    private final Limits limits;
    private final PunchPlan plan;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PeerId, Attempt> active = new HashMap<>();
    private final KeyedRates<PeerId> requests;
    private final LongAdder connected = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private @Nullable TimedCondition changed;
    private volatile @Nullable Host host;
    private @Nullable Registration registration;
    private volatile boolean closed;

    public HolePuncher(Limits limits, Publicness publicness) {
        this.limits = limits;
        this.plan = new PunchPlan(limits, publicness);
        this.requests = new KeyedRates<>(limits.perPeer(), 4 * limits.peers());
    }

    @Override
    public void start(Host started) {
        host = started;
        changed = new TimedCondition(started.environment(), lock);
        registration = started.handle(
                PROTOCOL, HandlerOptions.DEFAULT.withAllowLimited(true).withService(SERVICE), this::answer);
    }

    private Host host() {
        Host current = host;
        if (current == null) {
            throw new IllegalStateException("hole punching is not started");
        }
        return current;
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
        if (Circuits.isRelayed(connection)) {
            if (connection.direction() == Direction.INBOUND && enter(connection.remotePeer())) {
                host().environment().start("punch " + connection.remotePeer(), () -> {
                    try {
                        punch(connection);
                    } finally {
                        leave(connection.remotePeer());
                    }
                });
            }
        } else {
            signal();
        }
    }

    private void signal() {
        lock.lock();
        try {
            TimedCondition waiters = changed;
            if (waiters != null) {
                waiters.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * What goes on with a peer.
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
            return !closed
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

    /** The direct connection to a peer, or null. */
    private @Nullable Connection direct(PeerId peer) {
        return host().connections(peer).stream()
                .filter(connection -> !Circuits.isRelayed(connection) && connection.isOpen())
                .findFirst()
                .orElse(null);
    }

    private void punch(Connection relayed) {
        PeerId peer = relayed.remotePeer();
        long start = host().environment().nanoTime();
        try {
            if (!awaitIdentify(peer) || direct(peer) != null) {
                return;
            }
            boolean done = reverse(peer, start);
            for (int attempt = 1; !done && attempt <= limits.tries() && relayed.isOpen() && !closed; attempt++) {
                progress(peer, Via.PUNCH, attempt);
                Result result = attempt(relayed, attempt);
                tell(peer, Via.PUNCH, attempt, result, start);
                done = result == Result.CONNECTED;
                if (result == Result.NO_ADDRESSES || result == Result.REFUSED) { // perhaps it learns some meanwhile
                    done = awaitDirect(peer, Deadline.after(host().environment(), limits.reconsider()));
                }
            }
            (done ? connected : failed).increment();
            if (done) {
                new Retirement(host().environment(), relayed, limits).start();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(PeerId peer, Via via, int attempt, Result result, long start) {
        Duration after = Duration.ofNanos(host().environment().nanoTime() - start);
        host().events().publish(new PunchEvent(peer, via, attempt, result, after));
    }

    /** Waits until the peer has said what it speaks; false if it does not, or not in time. */
    private boolean awaitIdentify(PeerId peer) throws InterruptedException {
        Deadline until = Deadline.after(host().environment(), limits.identify());
        try (Subscription<PeerIdentified> identified = host().events().subscribe(PeerIdentified.class)) {
            while (host().peerstore().protocols(peer).isEmpty()) {
                if (identified.take(until) == null) {
                    return false;
                }
            }
        }
        return host().peerstore().protocols(peer).contains(PROTOCOL);
    }

    /** Dials a peer that tells public addresses, which may be true. */
    private boolean reverse(PeerId peer, long start) {
        List<Multiaddr> known = host().peerstore().addresses(peer);
        List<Multiaddr> targets = plan.targets(known, own());
        if (targets.isEmpty()) {
            return false;
        }
        DialOptions options = DialOptions.DEFAULT
                .withForceDirect()
                .withExactAddresses()
                .withTimeout(limits.reversal())
                .withReason("connection reversal");
        try {
            Connection made = host().connect(PeerAddress.of(peer, targets), options);
            tell(peer, Via.REVERSAL, 0, Result.CONNECTED, start);
            return made.isOpen();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "reversal to " + peer + " failed: " + e.getMessage());
            tell(peer, Via.REVERSAL, 0, Result.FAILED, start);
            return direct(peer) != null;
        }
    }

    /** One try, as the peer that starts. */
    private Result attempt(Connection relayed, int attempt) throws InterruptedException {
        Environment environment = host().environment();
        List<Multiaddr> told = plan.told(own());
        if (told.isEmpty()) {
            return Result.NO_ADDRESSES;
        }
        List<Multiaddr> targets;
        Duration roundTrip;
        Stream stream = null;
        Timer end = () -> {};
        try {
            stream = relayed.openAllowingLimited(Deadline.after(environment, limits.exchange()), PROTOCOL);
            Stream opened = stream;
            end = environment.schedule(limits.exchange().toNanos(), () -> opened.reset(ErrorCode.NONE));
            long sent = environment.nanoTime();
            write(stream, new HolePunchMessage(HolePunchMessage.Type.CONNECT, told));
            HolePunchMessage answer = read(stream, HolePunchMessage.Type.CONNECT);
            roundTrip = Duration.ofNanos(environment.nanoTime() - sent);
            targets = plan.targets(answer.addresses(), own());
            if (targets.isEmpty()) {
                stream.reset(ErrorCode.NONE);
                return Result.NO_ADDRESSES;
            }
            write(stream, new HolePunchMessage(HolePunchMessage.Type.SYNC, List.of()));
            stream.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "no punch with " + relayed.remotePeer() + ": " + e.getMessage());
            if (stream != null) {
                stream.reset(ErrorCode.NONE);
            }
            return direct(relayed.remotePeer()) != null ? Result.CONNECTED : Result.REFUSED;
        } finally {
            end.cancel();
        }
        awaitDirect(relayed.remotePeer(), Deadline.after(environment, PunchPlan.delay(roundTrip)));
        return dial(
                        relayed.remotePeer(),
                        targets,
                        plan.starter(attempt),
                        Deadline.after(environment, plan.starterTime(roundTrip)))
                ? Result.CONNECTED
                : Result.FAILED;
    }

    /** One try, as the peer that was asked. */
    private void answer(Stream stream) throws IOException, InterruptedException {
        Connection relayed = stream.connection();
        PeerId peer = relayed.remotePeer();
        Environment environment = host().environment();
        if (!Circuits.isRelayed(relayed) || relayed.direction() == Direction.INBOUND || !mayAsk(peer)) {
            stream.reset(ErrorCode.STREAM_GATED);
            return;
        }
        List<Multiaddr> told = plan.told(own());
        List<Multiaddr> targets;
        Duration roundTrip;
        Timer end = environment.schedule(limits.exchange().toNanos(), () -> stream.reset(ErrorCode.NONE));
        try {
            HolePunchMessage request = read(stream, HolePunchMessage.Type.CONNECT);
            targets = plan.targets(request.addresses(), own());
            if (told.isEmpty() || targets.isEmpty()) {
                stream.reset(ErrorCode.NONE);
                return;
            }
            long sent = environment.nanoTime();
            write(stream, new HolePunchMessage(HolePunchMessage.Type.CONNECT, told));
            read(stream, HolePunchMessage.Type.SYNC);
            roundTrip = Duration.ofNanos(environment.nanoTime() - sent);
        } finally {
            end.cancel();
        }
        stream.close();
        if (!enter(peer)) {
            return;
        }
        try {
            progress(peer, Via.PUNCH, 1);
            boolean made =
                    dial(peer, targets, plan.answerer(), Deadline.after(environment, plan.answererTime(roundTrip)));
            LOG.log(System.Logger.Level.DEBUG, () -> "punch with " + peer + (made ? " succeeded" : " failed"));
        } finally {
            leave(peer);
        }
    }

    private boolean mayAsk(PeerId peer) {
        lock.lock();
        try {
            return requests.take(peer, host().environment().nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Dials until there is a direct connection, whoever made it, or the deadline passes. Routers that refuse a SYN which
     * comes too early do so at once; then it is repeated.
     */
    private boolean dial(PeerId peer, List<Multiaddr> targets, Role role, Deadline until) throws InterruptedException {
        Environment environment = host().environment();
        Deadline repeats = until.earlier(Deadline.after(environment, limits.repeatFor()));
        DialOptions options = DialOptions.holePunch(role).withExactAddresses().withDeadline(until);
        do {
            try {
                Connection made = host().connect(PeerAddress.of(peer, targets), options);
                if (made.isOpen()) {
                    return true;
                }
            } catch (InterruptedIOException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "punching to " + peer + ": " + e.getMessage());
            }
            if (awaitDirect(peer, until.earlier(Deadline.after(environment, limits.repeat())))) {
                return true;
            }
        } while (!repeats.passed(environment) && !closed);
        return awaitDirect(peer, until);
    }

    /** Waits for a direct connection. */
    private boolean awaitDirect(PeerId peer, Deadline until) throws InterruptedException {
        TimedCondition waiters = changed;
        if (waiters == null) {
            return false;
        }
        while (direct(peer) == null) {
            lock.lock();
            try {
                if (closed || until.passed(host().environment())) {
                    return false;
                }
                if (direct(peer) == null) {
                    waiters.await(until);
                }
            } finally {
                lock.unlock();
            }
        }
        return true;
    }

    /** The addresses of this host, also those that few have seen, or that nobody could dial: a punch needs no more. */
    private List<Multiaddr> own() {
        List<Multiaddr> own = new ArrayList<>();
        host().addressBook().observations().forEach(seen -> own.add(seen.address()));
        for (AddressBook.Entry entry : host().addressBook().entries()) {
            if (entry.origin() != Origin.RELAY) {
                own.add(entry.address());
            }
        }
        return own;
    }

    private static void write(Stream stream, HolePunchMessage message) throws IOException {
        stream.write(Delimited.frame(message.toBytes()));
    }

    private static HolePunchMessage read(Stream stream, HolePunchMessage.Type expected) throws IOException {
        HolePunchMessage message =
                HolePunchMessage.fromBytes(Delimited.read("HolePunch", stream.input(), HolePunchMessage.MAX_BYTES));
        if (message.type() != expected) {
            throw new ProtocolViolationException(PROTOCOL, message.type() + " where " + expected + " is expected");
        }
        return message;
    }

    @Override
    public void close() {
        closed = true;
        signal();
        Registration current = registration;
        if (current != null) {
            current.close();
        }
    }
}
