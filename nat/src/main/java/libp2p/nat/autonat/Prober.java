package libp2p.nat.autonat;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.event.HostEvent.ReachabilityChanged;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.core.peer.AddressBook.State;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.nat.address.Circuits;
import libp2p.nat.address.Publicness;
import libp2p.nat.autonat.v1.Confidence;
import libp2p.nat.autonat.v1.DialBackClient;
import libp2p.nat.autonat.v1.DialBackServer;
import libp2p.nat.autonat.v2.ProbeClient;
import libp2p.nat.autonat.v2.ProbeResult;
import libp2p.nat.autonat.v2.ProbeServer;
import libp2p.nat.autonat.v2.ProbedAddresses;
import libp2p.nat.autonat.v2.ProbedAddresses.Finding;
import libp2p.nat.autonat.v2.ProbedAddresses.Vote;

/**
 * Asks, counts the answers, and tells what follows. One thread decides who is asked about what, each request has its own.
 */
final class Prober implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Prober.class.getName());

    private final Host host;
    private final Environment environment;
    private final Limits limits;
    private final Publicness publicness;
    private final ProbeClient client;
    private final Servers servers;
    private final Servers olderServers;
    private final ProbedAddresses probed;
    private final Confidence confidence = new Confidence();
    private final Contacts contacts;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private long changedAt;
    private long startedAt;
    private long lonelySince;
    private int workers;
    private int lastServers;
    private boolean closed;
    private Reachability state = Reachability.UNKNOWN;
    private String because = "nobody has been asked yet";

    Prober(Host host, Limits limits, Publicness publicness) {
        this.host = host;
        this.environment = host.environment();
        this.limits = limits;
        this.publicness = publicness;
        this.client = new ProbeClient(host, limits.client());
        this.servers = new Servers(host, publicness, ProbeServer.PROTOCOL);
        this.olderServers = new Servers(host, publicness, DialBackServer.PROTOCOL);
        this.probed = new ProbedAddresses(limits.addresses());
        this.contacts = new Contacts(limits.contacts(), limits.contactLife());
        this.changed = new TimedCondition(environment, lock);
    }

    void start() {
        long now = environment.nanoTime();
        lock.lock();
        try {
            startedAt = now;
            changedAt = now;
            lonelySince = now;
        } finally {
            lock.unlock();
        }
        environment.start("autonat", this::run);
    }

    private void run() {
        try {
            while (pause()) {
                step();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until the next look; false when closed. */
    private boolean pause() throws InterruptedException {
        lock.lock();
        try {
            if (!closed) {
                changed.await(Deadline.after(
                        environment, limits.tick().compareTo(limits.settle()) < 0 ? limits.tick() : limits.settle()));
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private record Request(Connection server, Multiaddr address, boolean contact) {}

    private void step() {
        List<AddressBook.Entry> entries = candidates();
        List<Multiaddr> own = entries.stream().map(AddressBook.Entry::address).toList();
        SequencedMap<PeerId, Connection> present = servers.present();
        long now = environment.nanoTime();
        List<Request> requests = new ArrayList<>();
        lock.lock();
        try {
            lastServers = Servers.count(present);
            if (probed.set(own)) {
                changedAt = now;
            }
            if (now - changedAt >= limits.settle().toNanos()) {
                choose(entries, present, now, requests);
            }
        } finally {
            lock.unlock();
        }
        for (Request request : requests) {
            environment.start("autonat " + request.address, () -> ask(request));
        }
        if (present.isEmpty() && now - startedAt >= limits.olderAfter().toNanos()) {
            askOlder(own);
        }
        conclude();
    }

    /** The public addresses of this host that others might dial. */
    private List<AddressBook.Entry> candidates() {
        return host.addressBook().entries().stream()
                .filter(entry -> entry.origin() != Origin.RELAY
                        && entry.state() != State.EXPIRED
                        && !Circuits.isCircuit(entry.address())
                        && entry.address().ip() != null
                        && (entry.address().has(Protocol.TCP) || entry.address().has(Protocol.QUIC_V1))
                        && publicness.isPublic(entry.address()))
                .toList();
    }

    private void choose(
            List<AddressBook.Entry> entries,
            SequencedMap<PeerId, Connection> present,
            long now,
            List<Request> requests) {
        List<Connection> ready = new ArrayList<>(servers.ready(present, now));
        for (Multiaddr address : probed.due(lastServers, now)) {
            Connection best = null;
            boolean bestContact = true;
            for (Connection server : ready) {
                InetAddress ip = server.remoteAddress().ip();
                if (ip == null
                        || probed.isUnwilling(address, ip, now)
                        || lastServers >= 3 && probed.hasVoted(address, ip)) {
                    continue;
                }
                boolean contact = isContact(ip, address, now);
                if (best == null || bestContact && !contact) {
                    best = server;
                    bestContact = contact;
                }
            }
            if (best != null && workers < limits.workers()) {
                workers++;
                ready.remove(best);
                servers.rest(best.remotePeer(), Long.MAX_VALUE);
                probed.asked(address, now);
                requests.add(new Request(best, address, bestContact && !isTrusted(address, entries)));
            }
        }
    }

    private boolean isContact(InetAddress ip, Multiaddr address, long now) {
        return contacts.knows(ip, address, now)
                || host.connections().stream()
                        .map(Connection::remoteAddress)
                        .anyMatch(remote ->
                                ip.equals(remote.ip()) && remote.has(Protocol.UDP) == address.has(Protocol.UDP));
    }

    /** No router that remembers contacts stands before an address of this machine, or one that was mapped or configured. */
    private static boolean isTrusted(Multiaddr address, List<AddressBook.Entry> entries) {
        InetAddress ip = address.ip();
        return entries.stream()
                .filter(entry -> ip != null && ip.equals(entry.address().ip()))
                .anyMatch(entry -> entry.origin() == Origin.LISTEN
                        || entry.origin() == Origin.INTERFACE
                        || entry.origin() == Origin.CONFIGURED
                        || entry.origin() == Origin.MAPPED && entry.address().port() == address.port());
    }

    private void ask(Request request) {
        Vote vote = Vote.REFUSED;
        boolean rest = true;
        try {
            ProbeResult result = client.ask(request.server, request.address);
            vote = vote(request, result);
            rest = vote == Vote.REFUSED;
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> request.server.remotePeer() + " could not be asked about " + request.address + ": " + e);
        } finally {
            answered(request, vote, rest);
        }
        conclude();
    }

    private static Vote vote(Request request, ProbeResult result) {
        return switch (result.kind()) {
            case REACHED -> {
                InetAddress server = request.server.remoteAddress().ip();
                boolean same = server != null && server.equals(result.from());
                yield request.contact && same ? Vote.REACHED_AS_CONTACT : Vote.REACHED;
            }
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
            InetAddress ip = request.server.remoteAddress().ip();
            if (ip != null) {
                probed.vote(request.address, ip, vote, lastServers, now);
            }
            long pause = (rest ? limits.serverRest() : limits.serverPause()).toNanos();
            servers.rest(request.server.remotePeer(), now + pause);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void askOlder(List<Multiaddr> own) {
        SequencedMap<PeerId, Connection> present = olderServers.present();
        long now = environment.nanoTime();
        Connection server;
        lock.lock();
        try {
            List<Connection> ready = olderServers.ready(present, now);
            if (ready.isEmpty() || workers >= limits.workers()) {
                return;
            }
            server = ready.getFirst();
            olderServers.rest(server.remotePeer(), now + limits.olderPause().toNanos());
            workers++;
        } finally {
            lock.unlock();
        }
        List<Multiaddr> named = own.isEmpty() ? host.addresses() : own;
        environment.start("autonat v1", () -> {
            DialBackClient.Answer answer = DialBackClient.Answer.REFUSED;
            try {
                answer = DialBackClient.ask(host, server, named);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> server.remotePeer() + " could not be asked: " + e);
            } finally {
                lock.lock();
                try {
                    workers--;
                    confidence.heard(answer);
                } finally {
                    lock.unlock();
                }
            }
            conclude();
        });
    }

    /** A connection came or went: its other end is a contact. */
    void contacted(Connection connection) {
        if (Circuits.isRelayed(connection)) {
            return;
        }
        long now = environment.nanoTime();
        lock.lock();
        try {
            contacts.seen(connection.remoteAddress(), now);
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is known into the address book, and tells when the whole has changed. */
    private void conclude() {
        long now = environment.nanoTime();
        ReachabilityReport report;
        boolean news;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            long publicPeers = host.connections().stream()
                    .filter(connection ->
                            !Circuits.isRelayed(connection) && publicness.isPublic(connection.remoteAddress()))
                    .count();
            if (publicPeers < 2 || !probed.all().isEmpty()) {
                lonelySince = now;
            }
            Reachability before = state;
            decide(now);
            news = before != state;
            report = report();
        } finally {
            lock.unlock();
        }
        enter(report);
        if (news) {
            LOG.log(System.Logger.Level.DEBUG, () -> "reachability: " + report.state() + ", " + report.because());
            host.events().publish(new ReachabilityChanged(report.state()));
        }
    }

    private void decide(long now) {
        Set<Finding> findings = new HashSet<>();
        probed.all().forEach(address -> findings.add(probed.finding(address, lastServers, now)));
        if (findings.contains(Finding.REACHABLE)) {
            set(Reachability.PUBLIC, "others have dialed it");
        } else if (findings.isEmpty()
                && now - lonelySince >= limits.silentAfter().toNanos()) {
            set(
                    Reachability.PRIVATE,
                    "its peers do not agree on an address: the router maps each destination to another port");
        } else if (findings.contains(Finding.RESTRICTED)) {
            set(Reachability.PRIVATE, "only peers that it has contacted before get through");
        } else if (findings.contains(Finding.UNREACHABLE)) {
            set(Reachability.PRIVATE, "nobody could dial it");
        } else if (lastServers == 0 && confidence.verdict() != Reachability.UNKNOWN) {
            set(confidence.verdict(), "older peers say so");
        } else if (findings.isEmpty() || lastServers > 0 && state == Reachability.UNKNOWN) {
            because = findings.isEmpty() ? "no public address is known" : "too few have answered";
        }
    }

    private void set(Reachability value, String reason) {
        state = value;
        because = reason;
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
            List<ReachabilityReport.Address> addresses = probed.all().stream()
                    .map(address -> new ReachabilityReport.Address(address, probed.finding(address, lastServers, now)))
                    .toList();
            return new ReachabilityReport(state, addresses, lastServers, because);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        client.close();
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
