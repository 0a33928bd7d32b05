import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.Discovery;
import libp2p.core.routing.Results;
import libp2p.protocols.ping.Ping;

/** The announcements of this process's hosts, by namespace. */
static final Map<String, List<PeerAddress>> BOARD = new ConcurrentHashMap<>();

/** Finds the hosts of this process. */
static final class Neighbourhood implements HostService, Discovery {
    private Host host;

    @Override
    public void start(Host started) {
        host = started;
    }

    @Override
    public Duration advertise(String namespace, Deadline deadline) {
        BOARD.computeIfAbsent(namespace, name -> new CopyOnWriteArrayList<>())
                .add(PeerAddress.of(host.peerId(), host.addresses()));
        return Duration.ofHours(1);
    }

    @Override
    public Results<PeerAddress> findPeers(String namespace, Deadline deadline) {
        Queue<PeerAddress> found = new ArrayDeque<>(BOARD.getOrDefault(namespace, List.of()));
        found.removeIf(peer -> host.peerId().equals(peer.peer()));
        return new Results<>() {
            @Override
            public PeerAddress next() {
                return found.poll();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void closing(Deadline deadline) {
        BOARD.values().forEach(peers -> peers.removeIf(peer -> host.peerId().equals(peer.peer())));
    }

    @Override
    public void close() {}
}

void main() throws Exception {
    try (Host one = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").with(new Neighbourhood()).start();
            Host other = Libp2p.host().with(new Neighbourhood()).start()) {
        Deadline deadline = Deadline.after(other.environment(), Duration.ofSeconds(10));
        one.find(Discovery.class).orElseThrow().advertise("example", deadline);
        int found = 0;
        try (Results<PeerAddress> peers = other.find(Discovery.class).orElseThrow().findPeers("example", deadline)) {
            for (PeerAddress peer; (peer = peers.next()) != null; found++) {
                Ping.once(other, peer);
            }
        }
        System.out.println("found " + found + " neighbour");
    }
}
