package libp2p.nat.autonat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.AddressReachabilityChanged;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.HostEvent.ConnectionPhase;
import libp2p.core.event.HostEvent.ConnectionPhaseChanged;
import libp2p.core.event.HostEvent.PeerProtocolsChanged;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.event.HostEvent.ReachabilityChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.core.peer.AddressBook.State;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.nat.address.Circuits;
import libp2p.nat.address.Publicness;
import libp2p.nat.autonat.ProbeChoice.Request;
import libp2p.nat.autonat.v2.ProbeClient;
import libp2p.nat.autonat.v2.ProbeResult;
import libp2p.nat.autonat.v2.ProbeServer;
import libp2p.nat.autonat.v2.ProbedAddresses;
import libp2p.nat.autonat.v2.ProbedAddresses.Vote;
import libp2p.nat.mapping.MappingChanged;
import org.jspecify.annotations.Nullable;

/**
 * Asks servers of version 2, counts their answers, and enters the conclusions into the address book. It looks for work
 * when an address, a peer or an answer arrives and when a pause ends; in between it does nothing. One look at a time;
 * each request has a thread of its own.
 */
final class AutoNatV2Client implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AutoNatV2Client.class.getName());

    /** From one look because of events to the next: a busy host has hundreds of events a second. */
    private static final Duration PACE = Duration.ofMillis(200);

    private final Host host;
    private final Environment environment;
    private final AutoNatLimits limits;
    private final Publicness publicness;
    private final ProbeClient client;
    private final AutoNatServers servers;
    private final AutoNatV1Client v1;
    private final ProbedAddresses probed;
    private final ProbeChoice choice;
    private final HostReachability verdict;
    private final Contacts contacts;
    /** Inbound connections from IP addresses that routers had no reason to let in; they are open. */
    private final Set<Connection> strangers = ConcurrentHashMap.newKeySet();

    /** Inbound connections so far that show that strangers get in. */
    private final LongAdder arrivals = new LongAdder();

    private final Subscription<HostEvent> events;
    private final ReentrantLock lock = new ReentrantLock();
    private long changedAt;
    private int workers;
    private int lastServers;
    private Set<Multiaddr> mapped = Set.of();
    private boolean looking;
    private boolean lookAgain;
    private boolean closed;
    private @Nullable Timer alarm;

    AutoNatV2Client(Host host, AutoNatLimits limits, Publicness publicness) {
        this.host = host;
        this.environment = host.environment();
        this.limits = limits;
        this.publicness = publicness;
        this.client = new ProbeClient(host, limits.client(), publicness::isPublic, strangers::contains);
        this.servers = new AutoNatServers(host, publicness, ProbeServer.PROTOCOL);
        this.v1 = new AutoNatV1Client(host, limits, publicness, arrivals::sum, this::look);
        this.probed = new ProbedAddresses(limits.addresses());
        this.verdict = new HostReachability(limits.silentAfter().toNanos());
        this.contacts = new Contacts(limits.contacts(), limits.contactLife());
        this.choice = new ProbeChoice(servers, probed, this::isContact);
        this.events = host.events().subscribe(HostEvent.class, this::matters, PACE);
    }

    void start() {
        long now = environment.nanoTime();
        lock.lock();
        try {
            changedAt = now;
        } finally {
            lock.unlock();
        }
        v1.start(now);
        environment.start("autonat", this::follow);
    }

    /** Looks whenever something has happened that may matter. */
    private void follow() {
        try {
            look();
            while (events.take(Deadline.NONE) != null) {
                while (events.poll() != null) {
                    // one look for all that has happened
                }
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Also takes note of dials: a router lets in whom a packet was sent to, whether or not a connection came of it. */
    private boolean matters(HostEvent event) {
        if (event instanceof ConnectionPhaseChanged phase && phase.phase() == ConnectionPhase.DIALING) {
            contacts.seen(phase.remote(), environment.nanoTime());
        }
        return event instanceof AddressReachabilityChanged
                || event instanceof MappingChanged
                || event instanceof PeerProtocolsChanged
                || event instanceof ConnectednessChanged;
    }

    /** Looks for work; a thread that does so already looks once more when it has finished. */
    private void look() {
        lock.lock();
        try {
            lookAgain = true;
            if (looking || closed) {
                return;
            }
            looking = true;
        } finally {
            lock.unlock();
        }
        while (true) {
            lock.lock();
            try {
                if (!lookAgain || closed) {
                    looking = false;
                    return;
                }
                lookAgain = false;
            } finally {
                lock.unlock();
            }
            try {
                step();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "AutoNAT has failed to look for work, and looks again later", e);
                long now = environment.nanoTime();
                arm(now + limits.serverPause().toNanos(), now);
            } catch (Error e) {
                stopLooking();
                throw e;
            }
        }
    }

    /** An error has ended a look: later ones do not wait for it. */
    private void stopLooking() {
        lock.lock();
        try {
            looking = false;
        } finally {
            lock.unlock();
        }
    }

    private void step() {
        List<AddressBook.Entry> entries = candidates();
        List<Multiaddr> own = entries.stream().map(AddressBook.Entry::address).toList();
        SequencedMap<PeerId, Connection> present;
        long now = environment.nanoTime();
        long next = Long.MAX_VALUE;
        List<Request> requests = List.of();
        lock.lock();
        try {
            present = servers.present(); // under the lock: answers tell the servers when to rest
            lastServers = AutoNatServers.count(present);
            if (probed.set(own)) {
                changedAt = now;
            }
            forgetChanged(entries);
            long settled = changedAt + limits.settle().toNanos();
            if (now < settled) {
                next = settled;
            } else {
                requests = choice.choose(entries, present, limits.workers() - workers, now);
                workers += requests.size();
                next = choice.next();
            }
        } finally {
            lock.unlock();
        }
        for (Request request : requests) {
            environment.start("autonat " + request.address(), () -> ask(request));
        }
        if (present.isEmpty()) {
            next = Math.min(next, v1.ask(own, now));
        }
        conclude();
        arm(next, now);
    }

    /** The verdicts of servers on a port hold no longer when its mapping begins or ends. */
    private void forgetChanged(List<AddressBook.Entry> entries) {
        Set<Multiaddr> now = entries.stream()
                .filter(entry -> entry.origin() == Origin.MAPPED)
                .map(AddressBook.Entry::address)
                .collect(Collectors.toSet());
        mapped.stream().filter(address -> !now.contains(address)).forEach(probed::forget);
        now.stream().filter(address -> !mapped.contains(address)).forEach(probed::forget);
        mapped = now;
    }

    /** Looks again at some time, or when silence will have become an answer, if nothing happens before. */
    private void arm(long next, long now) {
        lock.lock();
        try {
            if (alarm != null) {
                alarm.cancel();
                alarm = null;
            }
            long at = Math.min(next, verdict.silentAt(now));
            if (!closed && at != Long.MAX_VALUE) {
                alarm = environment.schedule(Math.max(0, at - now), this::look);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The public addresses of this host that others might dial. */
    private List<AddressBook.Entry> candidates() {
        return host.addressBook().entries().stream()
                .filter(entry -> entry.origin() != Origin.RELAY
                        && entry.state() != State.EXPIRED
                        && !Circuits.isCircuit(entry.address())
                        && !AddressBook.isTemplate(entry.address())
                        && entry.address().ip() != null
                        && (entry.address().has(Protocol.TCP) || entry.address().has(Protocol.QUIC_V1))
                        && publicness.isPublic(entry.address()))
                .toList();
    }

    private boolean isContact(InetAddress ip, Multiaddr address) {
        return isContact(ip, address, null);
    }

    /** @param but a connection that does not count */
    private boolean isContact(InetAddress ip, Multiaddr address, @Nullable Connection but) {
        return contacts.knows(ip, address, environment.nanoTime())
                || host.connections().stream()
                        .filter(connection -> connection != but)
                        .map(Connection::remoteAddress)
                        .anyMatch(remote ->
                                ip.equals(remote.ip()) && remote.has(Protocol.UDP) == address.has(Protocol.UDP));
    }

    private void ask(Request request) {
        Vote vote = Vote.REFUSED;
        boolean rest = true;
        try {
            ProbeResult result = client.ask(request.server(), request.address());
            vote = vote(request, result);
            rest = vote == Vote.REFUSED;
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> request.server().remotePeer() + " could not be asked about " + request.address() + ": " + e);
        } finally {
            answered(request, vote, rest);
        }
        look();
    }

    /**
     * The verdict of a server as it counts: a peer that this host has not chosen proves something by its nonce, and
     * nothing by its word. It has connected here, after all.
     */
    private static Vote believed(Request request, Vote vote) {
        boolean chosen = request.server().direction() == Direction.OUTBOUND;
        return chosen || vote != Vote.FAILED && vote != Vote.REFUSED ? vote : Vote.UNWILLING;
    }

    private static Vote vote(Request request, ProbeResult result) {
        return switch (result.kind()) {
            case REACHED -> request.open() || result.stranger() ? Vote.REACHED : Vote.REACHED_AS_CONTACT;
            case FAILED -> Vote.FAILED;
            case UNWILLING -> Vote.UNWILLING;
            case REFUSED, UNPROVEN -> Vote.REFUSED;
        };
    }

    private void answered(Request request, Vote vote, boolean rest) {
        long now = environment.nanoTime();
        lock.lock();
        try {
            workers--;
            InetAddress ip = request.server().remoteAddress().ip();
            if (ip != null) {
                probed.vote(request.address(), ip, believed(request, vote), lastServers, now);
            }
            long pause = (rest ? limits.serverRest() : limits.serverPause()).toNanos();
            servers.rest(request.server().remotePeer(), now + pause);
        } finally {
            lock.unlock();
        }
    }

    /** A connection was opened: its other end is a contact from now on. */
    void opened(Connection connection) {
        if (Circuits.isRelayed(connection)) {
            return;
        }
        Multiaddr remote = connection.remoteAddress();
        InetAddress ip = remote.ip();
        if (connection.direction() == Direction.INBOUND && ip != null) {
            boolean stranger = !isContact(ip, remote, connection);
            if (stranger) {
                strangers.add(connection);
            }
            if (stranger || candidates().stream().anyMatch(entry -> entry.origin() != Origin.OBSERVED)) {
                arrivals.increment();
            }
        }
        contacts.seen(remote, environment.nanoTime());
    }

    /** A connection has ended: its other end is a contact for a while. */
    void ended(Connection connection) {
        strangers.remove(connection);
        if (!Circuits.isRelayed(connection)) {
            contacts.seen(connection.remoteAddress(), environment.nanoTime());
        }
    }

    /** Enters the present conclusions into the address book, and tells when the state of the host has changed. */
    private void conclude() {
        long now = environment.nanoTime();
        long publicPeers = host.connections().stream()
                .filter(connection ->
                        !Circuits.isRelayed(connection) && publicness.isPublic(connection.remoteAddress()))
                .count();
        Reachability said = v1.verdict();
        ReachabilityReport report;
        boolean news;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            news = verdict.update(probed, lastServers, publicPeers, said, now);
            report = verdict.report(probed, lastServers, now);
        } finally {
            lock.unlock();
        }
        enter(report);
        if (news) {
            LOG.log(System.Logger.Level.DEBUG, () -> "reachability: " + report.state() + ", " + report.because());
            host.events().publish(new ReachabilityChanged(report.state()));
        }
    }

    private void enter(ReachabilityReport report) {
        List<AddressBook.Entry> entries = candidates();
        for (ReachabilityReport.Address each : report.addresses()) {
            State now = switch (each.finding()) {
                case REACHABLE -> State.CONFIRMED;
                // Strangers cannot use it; hole punching asks for all addresses anyway.
                case UNREACHABLE, RESTRICTED -> State.UNREACHABLE;
                case UNKNOWN -> null;
            };
            if (now == null) {
                continue;
            }
            entries.stream()
                    .filter(entry -> entry.address().equals(each.address())
                            && entry.origin() != Origin.CONFIGURED
                            && entry.state() != now)
                    .forEach(entry -> host.addressBook().put(entry.address(), entry.origin(), now));
        }
    }

    ReachabilityReport report() {
        long now = environment.nanoTime();
        lock.lock();
        try {
            return verdict.report(probed, lastServers, now);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        client.close();
        events.close();
        lock.lock();
        try {
            closed = true;
            if (alarm != null) {
                alarm.cancel();
                alarm = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
