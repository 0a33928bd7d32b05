package libp2p.discovery.mdns;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.LinkInterface;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.event.HostEvent;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.Peerstore;
import libp2p.core.routing.PeerRouting;
import libp2p.discovery.dials.FoundPeerDials;
import libp2p.discovery.mdns.dns.DnsMessage;
import libp2p.discovery.mdns.dns.DnsName;
import libp2p.discovery.mdns.dns.DnsType;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Finds the hosts on the local networks and is found by them (libp2p specification, discovery/mdns; RFC 6762), over
 * IPv4 and IPv6 on every interface that has multicast. Publishes {@link PeerDiscovered} and {@link PeerExpired}, puts
 * addresses into the peerstore for as long as they hold, and connects to those that are found, if wanted. Thread-safe.
 *
 * <p>No announcement is proved: a dialed peer has to prove its id.
 */
public final class Mdns implements HostService, PeerRouting {
    /**
     * The service that is announced and looked for.
     *
     * @param service name of the service, for example {@code _p2p._udp}; private networks have others
     * @param interfaces on which, by name
     * @param connections while this host has dialed fewer connected peers than this, it dials those that it finds; 0: none
     * @param limits bounds on what the network can make this service keep
     */
    public record Options(String service, Predicate<String> interfaces, int connections, MdnsLimits limits) {
        /** The service of the specification. */
        public static final String SERVICE = "_p2p._udp";

        /** Every interface, connections to 32 peers. */
        public static final Options DEFAULT = new Options(SERVICE, name -> true, 32, MdnsLimits.DEFAULT);

        public Options {
            if (connections < 0) {
                throw new IllegalArgumentException("connections is " + connections);
            }
            DnsName.parse(service + ".local");
        }

        /** On interfaces of these names alone. */
        public Options withInterfaces(Predicate<String> value) {
            return new Options(service, value, connections, limits);
        }

        /** With connections to so many peers; 0: none is dialed. */
        public Options withConnections(int value) {
            return new Options(service, interfaces, value, limits);
        }

        /** With other bounds. */
        public Options withLimits(MdnsLimits value) {
            return new Options(service, interfaces, connections, value);
        }

        /** For the members of a private network, with the fingerprint of its key in hexadecimal digits. */
        public Options withPrivateNetwork(String fingerprint) {
            return new Options("_p2p-" + fingerprint + "._udp", interfaces, connections, limits);
        }
    }

    private static final System.Logger LOG = System.getLogger(Mdns.class.getName());
    private static final String NAME_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int NAME_LENGTH = 40;
    /** Answers of several hosts shall not meet (RFC 6762 section 6). */
    private static final long LEAST_DELAY = Duration.ofMillis(20).toNanos();

    private static final long MOST_DELAY = Duration.ofMillis(120).toNanos();
    /** The first questions and announcements, after the start and after a change; then one in each period. */
    private static final Duration[] FIRST = {Duration.ofSeconds(1), Duration.ofSeconds(2)};

    private static final int KNOWN_ANSWERS = 16;

    private final Options options;
    private volatile MdnsLimits limits;
    /** Held before the lock, and until what was decided with it is sent, so that nothing follows a goodbye. */
    private final ReentrantLock turn = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private final List<GroupSocket> sockets = new ArrayList<>();
    private @Nullable Parts parts;
    private long malformed;
    private boolean leaving;
    private boolean closed;

    /** The parts that exist once the host has started. */
    private static final class Parts {
        final Host host;
        final Environment environment;
        final RandomGenerator random;
        final DnsName service;
        final DnsName instance;
        final Neighbours neighbours;
        final FoundPeerDials dials;
        final Alarm alarm;
        final RepeatingTimer checks;
        ServiceRecords advertised;
        long askAt = Long.MAX_VALUE;
        int asked;

        Parts(Host host, Options options, MdnsLimits limits, Runnable ring, Consumer<RepeatingTimer> check) {
            this.host = host;
            this.environment = host.environment();
            this.random = environment.random("discovery.mdns");
            this.service = DnsName.parse(options.service() + ".local");
            StringBuilder name = new StringBuilder();
            for (int i = 0; i < NAME_LENGTH; i++) {
                name.append(NAME_LETTERS.charAt(random.nextInt(NAME_LETTERS.length())));
            }
            this.instance = service.child(name.toString());
            this.neighbours = new Neighbours(service, host.peerId(), limits);
            this.dials = new FoundPeerDials(host, options.connections(), limits.dials(), "found on the local network");
            this.alarm = new Alarm(environment, ring);
            this.checks = new RepeatingTimer(environment, check);
            this.advertised = advertised(limits);
        }

        ServiceRecords advertised(MdnsLimits limits) {
            List<Multiaddr> addresses = host.addresses().stream()
                    .filter(ServiceRecords::isLocal)
                    .limit(limits.addresses())
                    .toList();
            return new ServiceRecords(
                    service,
                    instance,
                    DnsName.parse(instance.labels().getFirst() + ".p2p.local"),
                    host.peerId(),
                    addresses,
                    limits.ttl().toSeconds(),
                    limits.messageBytes());
        }

        long delay() {
            return random.nextLong(LEAST_DELAY, MOST_DELAY);
        }
    }

    /** With {@link Options#DEFAULT}. */
    public Mdns() {
        this(Options.DEFAULT);
    }

    /** A service that a host starts and closes. */
    public Mdns(Options options) {
        this.options = options;
        this.limits = options.limits();
    }

    @Override
    public void start(Host host) {
        limits = host.limits(limits);
        lock.lock();
        try {
            if (parts != null) {
                throw new IllegalStateException("a service of multicast DNS serves one host");
            }
            parts = new Parts(host, options, limits, this::ring, this::check);
        } finally {
            lock.unlock();
        }
    }

    private Parts parts() {
        return HostService.started("multicast DNS", parts);
    }

    @Override
    public void listening() {
        Parts here = parts();
        if (!here.host.addresses().isEmpty()
                && here.advertised(limits).addresses().isEmpty()) {
            LOG.log(Level.WARNING, "multicast DNS has no address to tell: not of loopback, WebSocket or a relay");
        }
        here.checks.arm(0);
    }

    /** Looks at the interfaces and at the own addresses, on a thread of its own. */
    private void check(RepeatingTimer again) {
        Parts here = parts();
        try {
            List<LinkInterface> links =
                    here.environment.offload(() -> here.environment.network().interfaces());
            boolean changed = follow(here, links);
            ServiceRecords now = here.advertised(limits);
            lock.lock();
            try {
                if (changed || !now.addresses().equals(here.advertised.addresses())) {
                    here.advertised = now;
                    here.asked = 0;
                    here.askAt = here.environment.nanoTime() + here.delay();
                    here.alarm.set(here.askAt);
                }
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(Level.DEBUG, () -> "the interfaces could not be read: " + e);
        }
        again.arm(limits.check().toNanos());
    }

    /**
     * Joins the group on interfaces that are new, leaves it on those that are gone; returns whether anything is new.
     */
    private boolean follow(Parts here, List<LinkInterface> links) {
        List<GroupSocket> left = new ArrayList<>();
        List<LinkInterface> usable = links.stream()
                .filter(link -> link.multicast() && options.interfaces().test(link.name()))
                .toList();
        lock.lock();
        try {
            for (Iterator<GroupSocket> all = sockets.iterator(); all.hasNext(); ) {
                GroupSocket socket = all.next();
                if (usable.stream()
                        .noneMatch(link ->
                                socket.isFor(link.name(), socket.isIpv4()) && hasFamily(link, socket.isIpv4()))) {
                    all.remove();
                    left.add(socket);
                }
            }
        } finally {
            lock.unlock();
        }
        left.forEach(GroupSocket::close);
        boolean joined = false;
        for (LinkInterface link : usable) {
            joined |= hasFamily(link, true) && join(here, link, true);
            joined |= hasFamily(link, false) && join(here, link, false);
        }
        return joined;
    }

    private static boolean hasFamily(LinkInterface link, boolean ipv4) {
        return link.addresses().stream()
                .anyMatch(address -> !address.isLoopbackAddress() && (address instanceof Inet4Address) == ipv4);
    }

    private boolean join(Parts here, LinkInterface link, boolean ipv4) {
        lock.lock();
        try {
            if (closed
                    || sockets.size() >= limits.sockets()
                    || sockets.stream().anyMatch(socket -> socket.isFor(link.name(), ipv4))) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        GroupSocket made;
        try {
            made = GroupSocket.join(here.environment, link, ipv4, limits, this::received);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "no multicast DNS on " + link.name() + ": " + e.getMessage());
            return false;
        }
        boolean late;
        lock.lock();
        try {
            late = closed;
            if (!late) {
                sockets.add(made);
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            made.close();
        }
        return !late;
    }

    /** Called on an event loop. */
    private void received(GroupSocket on, byte[] packet, InetSocketAddress from) {
        Parts here = parts();
        List<HostEvent> changes = List.of();
        List<PeerAddress> told = List.of();
        lock.lock();
        try {
            if (closed) {
                return;
            }
            DnsMessage message = DnsMessage.decode(packet);
            long now = here.environment.nanoTime();
            if (!message.response()) {
                if (!leaving) {
                    asked(here, on, message, from, now);
                }
            } else { // from any port: rust-libp2p answers from another than it listens on
                Neighbours.Heard heard = here.neighbours.received(message, from.getAddress(), now);
                changes = heard.changes();
                told = heard.peers();
                here.alarm.set(here.neighbours.next());
            }
        } catch (MalformedException e) {
            malformed++;
            LOG.log(Level.DEBUG, () -> "multicast DNS on " + on + " from " + from + ": " + e.getMessage());
        } finally {
            lock.unlock();
        }
        publish(here, changes);
        here.dials.found(from.getAddress().getHostAddress(), told);
    }

    private static void asked(Parts here, GroupSocket on, DnsMessage query, InetSocketAddress from, long now) {
        List<DnsMessage.Question> questions = here.advertised.concerning(query);
        if (questions.isEmpty() || here.advertised.isKnownTo(query)) {
            return;
        }
        if (GroupSocket.isSimpleAsker(from)) {
            on.unicast(here.advertised.unicast(query, questions), from, now);
            here.alarm.set(now);
        }
        // Also to all hosts: rust-libp2p asks from another port than it listens on.
        here.alarm.set(on.want(questions, now, here.delay()));
    }

    /** Does the work that is due. */
    private void ring() {
        Parts here = parts();
        List<HostEvent> changes;
        turn.lock();
        try {
            changes = work(here);
        } finally {
            turn.unlock();
        }
        publish(here, changes);
    }

    /** Sends what is due; tells which neighbours have gone. */
    private List<HostEvent> work(Parts here) {
        List<HostEvent> changes;
        List<Runnable> sending;
        lock.lock();
        try {
            here.alarm.rang();
            if (closed || leaving) {
                return List.of();
            }
            long now = here.environment.nanoTime();
            changes = here.neighbours.expire(now);
            boolean refresh = here.neighbours.takeRefresh(now);
            boolean first = here.asked <= FIRST.length;
            if (here.askAt <= now || refresh) {
                DnsMessage query = DnsMessage.query(
                        List.of(new DnsMessage.Question(here.service, DnsType.PTR, false)),
                        here.neighbours.knownAnswers(now, KNOWN_ANSWERS));
                sockets.forEach(socket -> socket.multicast(query));
            }
            if (here.askAt <= now) {
                if (first) {
                    DnsMessage announcement = here.advertised.announcement();
                    sockets.forEach(socket -> socket.multicast(announcement));
                }
                Duration pause = here.asked < FIRST.length ? FIRST[here.asked] : limits.period();
                here.asked++;
                here.askAt = now + (long) (pause.toNanos() * here.random.nextDouble(0.9, 1.1));
            }
            for (GroupSocket socket : sockets) {
                List<DnsMessage.Question> questions = socket.takeAnswerable(now);
                if (!questions.isEmpty()) {
                    socket.multicast(here.advertised.answer(questions));
                }
                here.alarm.set(socket.answerAt());
            }
            here.alarm.set(Math.min(here.askAt, here.neighbours.next()));
            sending = sockets.stream().map(GroupSocket::takeOutbox).toList();
        } finally {
            lock.unlock();
        }
        sending.forEach(Runnable::run);
        return changes;
    }

    private void publish(Parts here, List<HostEvent> changes) {
        for (HostEvent change : changes) {
            if (change instanceof PeerDiscovered found) {
                here.host
                        .peerstore()
                        .addAddresses(found.peer(), found.addresses(), Peerstore.Source.ROUTING, limits.ttl());
            }
            here.host.events().publish(change);
        }
    }

    /** The peers that are known to be on the local networks now. */
    public List<PeerAddress> peers() {
        lock.lock();
        try {
            return parts().neighbours.peers();
        } finally {
            lock.unlock();
        }
    }

    /** Messages that could not be read, were too long or too many, and answers that were not sent. */
    public long dropped() {
        lock.lock();
        try {
            return malformed + sockets.stream().mapToLong(GroupSocket::dropped).sum();
        } finally {
            lock.unlock();
        }
    }

    /** The addresses of a peer that was heard on a local network; does not ask, and does not block. */
    @Override
    public List<Multiaddr> findPeer(PeerId peer, Deadline deadline) {
        lock.lock();
        try {
            return parts == null ? List.of() : parts().neighbours.addresses(peer);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says goodbye, so that the others need not wait until the announcements expire. Nothing is said after it: an answer
     * to a question that came meanwhile would take it back.
     */
    @Override
    public void closing(Deadline deadline) {
        turn.lock();
        try {
            leave();
        } finally {
            turn.unlock();
        }
    }

    private void leave() {
        Parts here = parts();
        List<Runnable> sending;
        lock.lock();
        try {
            leaving = true;
            DnsMessage goodbye = here.advertised.goodbye();
            sockets.forEach(socket -> socket.multicast(goodbye));
            sending = sockets.stream().map(GroupSocket::takeOutbox).toList();
        } finally {
            lock.unlock();
        }
        sending.forEach(Runnable::run);
    }

    @Override
    public void close() {
        List<GroupSocket> all;
        lock.lock();
        try {
            closed = true;
            all = List.copyOf(sockets);
            sockets.clear();
            if (parts != null) {
                parts.checks.close();
                parts.alarm.close();
                parts.dials.close();
            }
        } finally {
            lock.unlock();
        }
        all.forEach(GroupSocket::close);
    }
}
