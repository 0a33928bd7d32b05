package libp2p.node.dht;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.HostBuilder;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.event.EventRegistration;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.PeerIdentificationFailed;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.Results;
import libp2p.ipns.DnsLink;
import libp2p.ipns.IpnsName;
import libp2p.ipns.IpnsRecord;
import libp2p.ipns.NameResolver;
import libp2p.ipns.NameService;
import libp2p.kad.CrawledPeer;
import libp2p.kad.Dht;
import libp2p.kad.DhtDiscovery;
import libp2p.kad.Kad;
import libp2p.kad.Mode;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.node.host.Printable;

/** A host that does one thing in the DHT and goes. */
public final class DhtSession {
    private static final Duration IDENTIFIED = Duration.ofSeconds(10);
    private static final Duration PROGRESS = Duration.ofSeconds(2);

    private final Host host;
    private final Dht dht;
    private final DhtPrinter output;
    private final DhtRequest request;
    private final Duration timeout;

    private DhtSession(Host host, DhtPrinter output, DhtRequest request, Duration timeout) {
        this.host = host;
        this.dht = host.find(Dht.class).orElseThrow();
        this.output = output;
        this.request = request;
        this.timeout = timeout;
    }

    /**
     * Starts a host, connects it to the peers, does the action, and closes it.
     *
     * @param namespaces whose keys take any value
     * @param bootstrap at least one of whom must be reached
     * @param request the action, its arguments and options
     * @return whether what was looked for was found
     */
    public static boolean run(
            HostBuilder builder,
            String prefix,
            List<String> namespaces,
            List<PeerAddress> bootstrap,
            DhtRequest request,
            Duration timeout,
            DhtPrinter output)
            throws Exception {
        DhtAction action = request.action();
        if (action == DhtAction.PROVIDE || action == DhtAction.ADVERTISE) {
            builder.listen(isLocal(bootstrap) ? "/ip4/127.0.0.1/tcp/0" : "/ip4/0.0.0.0/tcp/0");
        }
        Kad kad = DhtOptions.family(Mode.CLIENT, prefix, namespaces);
        builder.with(request.isOptimistic() ? kad.withOptimisticProvide() : kad);
        try (Host host = builder.start()) {
            DhtSession session = new DhtSession(host, output, request, timeout);
            session.connect(bootstrap);
            try (RepeatingTimer progress = new RepeatingTimer(host.environment(), session::progress)) {
                progress.arm(PROGRESS.toNanos());
                return session.act(action, request.words());
            }
        }
    }

    private static boolean isLocal(List<PeerAddress> peers) {
        return peers.stream().allMatch(peer -> peer.addresses().stream().allMatch(Multiaddr::isLoopback));
    }

    /** Connects to all, and waits until they have said what they speak. */
    private void connect(List<PeerAddress> bootstrap) throws IOException, InterruptedException {
        IOException failure = null;
        Set<PeerId> waiting = new LinkedHashSet<>();
        try (Subscription<HostEvent> events = host.events().subscribe(HostEvent.class)) {
            for (PeerAddress peer : bootstrap) {
                try {
                    Connection connection = host.connect(peer);
                    waiting.add(connection.remotePeer());
                } catch (IOException e) {
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
            if (waiting.isEmpty() && failure != null) {
                throw failure;
            }
            awaitIdentified(waiting, events);
        }
    }

    private void awaitIdentified(Set<PeerId> waiting, Subscription<HostEvent> events) throws InterruptedException {
        Deadline deadline = Deadline.after(host.environment(), IDENTIFIED);
        waiting.removeIf(peer -> !host.peerstore().protocols(peer).isEmpty());
        while (!waiting.isEmpty()) {
            HostEvent event = events.take(deadline);
            if (event == null) {
                return;
            }
            switch (event) {
                case PeerIdentified identified -> waiting.remove(identified.peer());
                case PeerIdentificationFailed failed -> waiting.remove(failed.peer());
                default -> {}
            }
        }
    }

    private void progress(RepeatingTimer again) {
        long requests = dht.status().stream().mapToLong(Dht.Status::requests).sum();
        long answers = dht.status().stream().mapToLong(Dht.Status::answers).sum();
        output.event(
                "progress", "… " + answers + " of " + requests + " answered", "requests", requests, "answers", answers);
        again.arm(PROGRESS.toNanos());
    }

    private boolean act(DhtAction action, List<String> words) throws IOException {
        Deadline deadline = Deadline.after(host.environment(), timeout);
        return switch (action) {
            case PUT -> put(words.get(1), words.get(2), deadline);
            case GET -> get(words.get(1), deadline);
            case PROVIDE -> provide(Cid.parse(words.get(1)), deadline);
            case FIND -> find(Cid.parse(words.get(1)), deadline);
            case ADVERTISE -> advertise(words.get(1), deadline);
            case DISCOVER -> discover(words.get(1), deadline);
            case PUBLISH -> publish(words.get(1), deadline);
            case RESOLVE -> resolve(words.get(1), deadline);
            case PEER -> peer(PeerId.parse(words.get(1)), deadline);
            case CLOSEST -> closest(words.get(1), deadline);
            case STATS -> stats();
            case CRAWL -> crawl(deadline);
        };
    }

    /** {@code /ipns/NAME} and {@code /pk/ID} stand for binary keys; all others are taken as they are. */
    static byte[] key(String text) {
        for (String namespace : List.of("/ipns/", "/pk/")) {
            if (text.startsWith(namespace)) {
                try {
                    byte[] id = PeerId.parse(text.substring(namespace.length())).toBytes();
                    byte[] key = java.util.Arrays.copyOf(namespace.getBytes(UTF_8), namespace.length() + id.length);
                    System.arraycopy(id, 0, key, namespace.length(), id.length);
                    return key;
                } catch (MalformedException e) {
                    return text.getBytes(UTF_8);
                }
            }
        }
        return text.getBytes(UTF_8);
    }

    private boolean put(String key, String value, Deadline deadline) throws IOException {
        byte[] bytes = request.isHex() ? HexFormat.of().parseHex(value) : value.getBytes(UTF_8);
        dht.putValue(key(key), bytes, deadline);
        output.event("put", "stored " + key, "key", key);
        return true;
    }

    private boolean get(String key, Deadline deadline) throws IOException {
        byte[] value = dht.getValue(key(key), request.quorum(), deadline);
        if (value == null) {
            output.event("not_found", "no value of " + key + " was found", "key", key);
            return false;
        }
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
            output.event("value", text, "value", text);
        } catch (CharacterCodingException binary) {
            String hex = HexFormat.of().formatHex(value);
            output.event("value", hex, "hex", hex);
        }
        return true;
    }

    private boolean provide(Cid cid, Deadline deadline) throws IOException {
        dht.provide(cid, deadline);
        output.event(
                "provided",
                host.peerId() + " provides " + cid,
                "cid",
                cid,
                "peer",
                host.peerId(),
                "addrs",
                texts(host));
        return true;
    }

    private static List<String> texts(Host host) {
        return host.fullAddresses().stream().map(Multiaddr::toString).toList();
    }

    private boolean advertise(String namespace, Deadline deadline) throws IOException {
        Duration holds = new DhtDiscovery(dht).advertise(namespace, deadline);
        output.event(
                "advertised",
                host.peerId() + " is found under " + namespace,
                "namespace",
                namespace,
                "peer",
                host.peerId(),
                "ttl",
                holds.toSeconds());
        return true;
    }

    private boolean find(Cid cid, Deadline deadline) throws IOException {
        int found = printAll(dht.findProviders(cid, deadline));
        if (found == 0) {
            output.event("not_found", "no peer provides " + cid, "cid", cid);
        }
        return found > 0;
    }

    private boolean discover(String namespace, Deadline deadline) throws IOException {
        int found = printAll(new DhtDiscovery(dht).findPeers(namespace, deadline));
        if (found == 0) {
            output.event("not_found", "no peer is found under " + namespace, "namespace", namespace);
        }
        return found > 0;
    }

    private int printAll(Results<PeerAddress> results) throws IOException {
        int found = 0;
        try (results) {
            for (PeerAddress provider; (provider = results.next()) != null; found++) {
                peerEvent("provider", provider);
            }
        }
        return found;
    }

    private boolean publish(String value, Deadline deadline) throws IOException {
        IpnsRecord record = NameService.of(host).publish(host.identity(), value, deadline);
        IpnsName name = IpnsName.of(host.identity().publicKey());
        output.event(
                "published",
                "/ipns/" + name + " stands for " + record.value(),
                "name",
                name,
                "value",
                record.value(),
                "sequence",
                record.sequence(),
                "told",
                true);
        return true;
    }

    private boolean resolve(String name, Deadline deadline) throws IOException {
        String path = name.startsWith("/") ? name : "/ipns/" + name;
        String value = new NameResolver(NameService.of(host), new DnsLink(host.environment())).resolve(path, deadline);
        if (value == null) {
            output.event("not_found", "no peer knows what " + path + " stands for", "name", name);
            return false;
        }
        output.event("resolved", value, "name", name, "value", value);
        return true;
    }

    private boolean peer(PeerId id, Deadline deadline) throws IOException {
        List<Multiaddr> addresses = dht.findPeer(id, deadline);
        if (addresses.isEmpty()) {
            output.event("not_found", id + " was not found", "peer", id);
            return false;
        }
        peerEvent("peer", PeerAddress.of(id, addresses));
        return true;
    }

    private boolean closest(String key, Deadline deadline) throws IOException {
        byte[] name;
        try {
            name = PeerId.parse(key).toBytes();
        } catch (MalformedException notAPeer) {
            name = key(key);
        }
        List<PeerAddress> closest = dht.closestPeers(name, deadline);
        closest.forEach(peer -> peerEvent("closest", peer));
        return !closest.isEmpty();
    }

    private void peerEvent(String event, PeerAddress peer) {
        List<String> addresses = new ArrayList<>();
        PeerId id = java.util.Objects.requireNonNull(peer.peer());
        for (Multiaddr address : peer.addresses()) {
            addresses.add(address.withPeer(id.toBytes()).toString());
        }
        output.event(
                event,
                id + (addresses.isEmpty() ? "" : " " + String.join(" ", addresses)),
                "peer",
                id,
                "addrs",
                addresses);
    }

    private boolean stats() throws IOException {
        dht.refresh();
        for (Dht.Status status : dht.status()) {
            output.event(
                    "stats",
                    "%s: %d peers, %d requests, %d answers"
                            .formatted(status.protocol(), status.peers(), status.requests(), status.answers()),
                    "protocol",
                    status.protocol(),
                    "serving",
                    status.serving(),
                    "peers",
                    status.peers(),
                    "records",
                    status.records(),
                    "providers",
                    status.providers(),
                    "requests",
                    status.requests(),
                    "answers",
                    status.answers(),
                    "announcements",
                    status.announcements());
        }
        return true;
    }

    /** Agents come with identify, some of them after the answer of a server: the peerstore forgets in large networks. */
    private boolean crawl(Deadline deadline) throws IOException {
        Map<PeerId, String> agents = new ConcurrentHashMap<>();
        List<CrawledPeer> found;
        try (EventRegistration _ = host.events().subscribe(PeerIdentified.class, event -> {
            if (event.agent() != null) {
                agents.put(event.peer(), event.agent());
            }
        })) {
            found = dht.survey(deadline);
        }
        CrawlReport report = new CrawlReport();
        for (CrawledPeer peer : found) {
            String stored = host.peerstore().metadata(peer.peer(), "agent");
            String agent = agents.getOrDefault(peer.peer(), stored == null ? "" : stored);
            report.add(peer, agent);
            output.event(
                    "crawled",
                    peer.peer() + (peer.reachable() ? " " + Printable.of(agent) : " has not answered"),
                    "peer",
                    peer.peer(),
                    "reachable",
                    peer.reachable(),
                    "agent",
                    agent,
                    "addrs",
                    peer.addresses());
        }
        Path file = request.report();
        if (file != null) {
            Files.writeString(file, report.in(file.toString()));
        }
        output.event(
                "crawl",
                "%d servers, %d of them answered; programs %s; transports %s"
                        .formatted(report.size(), report.reachable(), report.agents(), report.transports()),
                "servers",
                report.size(),
                "reachable",
                report.reachable(),
                "agents",
                report.agents(),
                "transports",
                report.transports());
        return report.reachable() > 0;
    }
}
