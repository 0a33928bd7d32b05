package libp2p.quic.simulation;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.HandshakeWork;
import libp2p.quic.connection.SendBatch;
import libp2p.quic.endpoint.Endpoint;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.endpoint.IncomingConnection;
import libp2p.quic.protect.HostKeys;
import libp2p.security.tls13.ClientHandshake;
import libp2p.security.tls13.ServerHandshake;
import libp2p.system.SystemEnvironment;

/** Endpoints on a simulated network with a simulated clock; the same seed gives the same run. */
final class World {
    private record Event(long time, long order, Runnable action) {}

    final SplittableRandom random;
    long now = 1_000_000_000L;
    Weather weather;
    int delivered;
    int lost;
    static Consumer<String> trace = text -> {};
    /** Addresses from and to which nothing gets through. */
    final Set<InetSocketAddress> dead = new HashSet<>();
    /** Addresses to which nothing gets through. */
    final Set<InetSocketAddress> deaf = new HashSet<>();

    /** The network's treatment of the marks of congestion notification; it bleaches them. */
    IntUnaryOperator marks = mark -> 0;

    /** How many datagrams a batch may have; 0 lets the seed say. */
    int segments;

    /**
     * Whether datagrams that come at the same moment are one turn of a connection, as what one read of a socket has
     * brought.
     */
    boolean reads;

    /** Sees how many datagrams leave together, and from where. */
    BiConsumer<InetSocketAddress, Integer> batches = (from, count) -> {};

    private int mark;

    /** Sees every datagram that is sent, with its source. */
    BiConsumer<InetSocketAddress, byte[]> watcher = (from, datagram) -> {};

    /** The same, with its destination. */
    BiConsumer<InetSocketAddress, byte[]> towards = (to, datagram) -> {};

    /** Whether a stranger who has proved its address, or need not, is let in. */
    Predicate<IncomingConnection> admits = admission -> true;

    private long order;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::order));
    private final Map<InetSocketAddress, Node> nodes = new HashMap<>();
    private final Map<InetSocketAddress, Long> linkFree = new HashMap<>();
    private final Environment environment;

    World(long seed, Weather weather) {
        random = new SplittableRandom(seed);
        SplittableRandom keys = random.split();
        this.weather = weather;
        environment = new ForwardingEnvironment(SystemEnvironment.shared()) {
            @Override
            public void secureRandom(byte[] bytes) {
                keys.nextBytes(bytes);
            }
        };
    }

    void at(long time, Runnable action) {
        events.add(new Event(Math.max(time, now), order++, action));
    }

    /** Runs until a condition holds, or so much time has passed; returns whether it holds. */
    boolean run(long nanos, java.util.function.BooleanSupplier until) {
        long end = now + nanos;
        while (!until.getAsBoolean()) {
            Event event = events.peek();
            if (event == null || event.time > end) {
                now = end;
                return until.getAsBoolean();
            }
            events.poll();
            now = event.time;
            event.action.run();
        }
        return true;
    }

    Node node(int number, ConnectionConfig config, EndpointLimits limits) {
        Node node = new Node(new InetSocketAddress("10.0.0." + number, 4001), config, limits);
        nodes.put(node.address, node);
        return node;
    }

    private void deliver(byte[] datagram, InetSocketAddress from, InetSocketAddress to) {
        watcher.accept(from, datagram);
        towards.accept(to, datagram);
        int arriving = marks.applyAsInt(mark);
        if (dead.contains(from) || dead.contains(to) || deaf.contains(to)) {
            return;
        }
        Weather now = weather;
        long copies = random.nextDouble() < now.duplicates() ? 2 : 1;
        long start = Math.max(this.now, linkFree.getOrDefault(from, 0L));
        long busy = datagram.length * 1_000_000_000L / now.bytesPerSecond();
        trace.accept(from + " -> " + to + " " + datagram.length + " first " + Integer.toHexString(datagram[0] & 0xff));
        if (random.nextDouble() < now.loss() || datagram.length > now.mtu() || start - this.now > 100_000_000) {
            lost++;
            trace.accept("lost");
            return;
        }
        linkFree.put(from, start + busy);
        if (random.nextDouble() < now.damage()) {
            datagram[random.nextInt(datagram.length)] ^= (byte) (1 + random.nextInt(255));
        }
        for (int i = 0; i < copies; i++) {
            long jitter = now.jitter() == 0 ? 0 : random.nextLong(now.jitter());
            at(start + busy + now.delay() + jitter, () -> {
                Node node = nodes.get(to);
                if (node != null) {
                    delivered++;
                    node.receive(datagram.clone(), from, to, arriving);
                }
            });
        }
    }

    /** One endpoint and its connections. */
    final class Node {
        InetSocketAddress address;
        /** Another address of it, which the engine calls 1; null for none. */
        InetSocketAddress second;

        final Endpoint<Peer> endpoint;
        final List<Peer> peers = new ArrayList<>();
        Consumer<Peer> onPeer = peer -> {};
        Consumer<Peer> onConnect = peer -> {};
        List<String> protocols = List.of("libp2p");
        private final ConnectionConfig config;
        private boolean multihomed;

        Node(InetSocketAddress address, ConnectionConfig config, EndpointLimits limits) {
            this.address = address;
            this.config = config;
            endpoint = new Endpoint<>(
                    limits,
                    new HostKeys(address.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                    environment::secureRandom,
                    () -> now / 1_000_000_000L);
            endpoint.accepting(true);
        }

        /** Its packets leave from, and come to, another address from now on. */
        void rebind(InetSocketAddress to) {
            nodes.remove(address);
            address = to;
            nodes.put(to, this);
        }

        /** It can be reached at another address too, and its connections may leave from there. */
        void second(InetSocketAddress other) {
            second = other;
            nodes.put(other, this);
        }

        /** Its one socket has another IP address too, and tells to which of them a datagram was sent. */
        void multihomed(InetAddress other) {
            multihomed = true;
            nodes.put(new InetSocketAddress(other, address.getPort()), this);
        }

        private InetAddress own(InetSocketAddress to) {
            return multihomed ? to.getAddress() : null;
        }

        private InetSocketAddress from(int local, InetAddress own) {
            InetSocketAddress known = local == 0 ? address : second;
            return own == null ? known : new InetSocketAddress(own, known.getPort());
        }

        Peer connect(Node other) {
            return connect(other.address);
        }

        Peer connect(InetSocketAddress remote) {
            Peer peer = new Peer(this, null);
            peer.connection = endpoint.connect(
                    peer,
                    config,
                    output -> new ClientHandshake(Keys.CLIENT, protocols, environment, output),
                    remote,
                    now);
            peers.add(peer);
            onConnect.accept(peer);
            peer.turn();
            return peer;
        }

        void receive(byte[] datagram, InetSocketAddress from, InetSocketAddress to, int codepoint) {
            ByteBuffer buffer = ByteBuffer.wrap(datagram);
            Peer peer = endpoint.route(buffer, 0, datagram.length, from, own(to), codepoint, now, admission -> {
                at(now + 100_000, () -> admit(admission));
                return true;
            });
            if (peer != null) {
                peer.connection.migration().heardOn(to.equals(second) ? 1 : 0);
                peer.connection.receive(buffer, 0, datagram.length, from, own(to), codepoint, now);
                if (!reads) {
                    peer.turn();
                } else if (!peer.turnDue) {
                    peer.turnDue = true;
                    at(now, peer::turn);
                }
            }
            Endpoint.Answer answer;
            while ((answer = endpoint.pollAnswer()) != null) {
                deliver(answer.datagram(), from(0, answer.own()), answer.remote());
            }
        }

        private void admit(IncomingConnection admission) {
            if (!admits.test(admission)) {
                endpoint.refuse(admission);
                return;
            }
            Peer peer = new Peer(this, admission);
            Connection connection = endpoint.accept(
                    admission,
                    peer,
                    config,
                    output -> new ServerHandshake(Keys.SERVER, protocols, environment, output),
                    now);
            if (connection != null) {
                peer.connection = connection;
                peers.add(peer);
                onPeer.accept(peer);
                peer.turn();
            }
        }
    }

    /** One end of a connection. */
    final class Peer {
        final Node node;
        private final IncomingConnection admission;
        Connection connection;
        Consumer<Peer> application = peer -> {};
        Consumer<HandshakeWork> tamper = work -> {};
        private long armed = Long.MAX_VALUE;
        private boolean over;
        private boolean turnDue;
        private final SendBatch batch =
                new SendBatch(ByteBuffer.allocate(32 << 10), segments > 0 ? segments : 1 + random.nextInt(16));

        Peer(Node node, IncomingConnection admission) {
            this.node = node;
            this.admission = admission;
        }

        /** The steps after everything that happens on a connection. */
        void turn() {
            turnDue = false;
            HandshakeWork work = connection.pollWork();
            if (work != null) {
                work.run();
                tamper.accept(work);
                at(now + random.nextLong(2_000_000), () -> {
                    connection.worked(work, now);
                    turn();
                });
            }
            application.accept(this);
            batch.clear();
            while (connection.transmit(batch, now)) {
                byte[] all = new byte[batch.length()];
                batch.buffer().get(0, all);
                mark = batch.codepoint();
                batches.accept(node.address, batch.count());
                for (int from = 0; from < all.length; from += batch.segment()) {
                    byte[] one = java.util.Arrays.copyOfRange(all, from, Math.min(all.length, from + batch.segment()));
                    deliver(one, node.from(batch.local(), batch.ownAddress()), batch.remote());
                }
                batch.clear();
            }
            mark = 0;
            if (!over && admission != null && (connection.isComplete() || connection.isTerminated())) {
                over = true;
                node.endpoint.handshakeOver(admission, connection.isComplete());
            }
            arm();
        }

        private void arm() {
            long next = connection.nextTimeout();
            if (next != Long.MAX_VALUE && next < armed) {
                long time = Math.max(next, now);
                armed = time;
                at(time, () -> {
                    if (armed == time) {
                        armed = Long.MAX_VALUE;
                        if (connection.nextTimeout() <= now) {
                            connection.timeout(now);
                            turn();
                        } else {
                            arm();
                        }
                    }
                });
            }
        }
    }
}
