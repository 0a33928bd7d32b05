package libp2p.scenarios.gossip;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SignatureException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import libp2p.Libp2p;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageStream;
import libp2p.core.protobuf.ProtobufException;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import libp2p.pubsub.message.MessageIds;
import libp2p.pubsub.message.SigningPolicy;
import libp2p.pubsub.network.AttackField;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.router.GossipParameters;
import libp2p.pubsub.router.RouterObserver;
import libp2p.pubsub.router.RouterOutput;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.rpc.RpcDecoder;
import libp2p.pubsub.score.PeerScores;
import libp2p.pubsub.score.ScoreParameters;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.World;
import org.jspecify.annotations.Nullable;

/**
 * Attacks on complete hosts in the simulator: TCP, Noise and yamux, or QUIC, with identify and signatures. To be used
 * by the main thread of a simulation.
 */
final class HostField implements AttackField, AutoCloseable {
    private static final String PROTOCOL = "/meshsub/1.0.0";
    /** The limits must not depend on the machine that simulates. */
    private static final ResourceLimits LIMITS = ResourceLimits.scaled(1L << 30, 4_096);

    private record Event(long at, long order, Runnable action) {}

    private final Simulation simulation;
    private final RandomGenerator random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final List<Host> hosts = new ArrayList<>();
    private final Map<Integer, SimulatedEnvironment> machines = new HashMap<>();
    private final Map<Host, List<Host>> dials = new LinkedHashMap<>();
    private final Map<Host, OneAttacker> attackers = new HashMap<>();
    /** Signatures that hold: every host checks the same ones, and the attackers forge none. */
    private final Map<MessageId, Message> verified = new HashMap<>();

    private final String security;
    private final Duration shortest;
    private final Duration spread;
    private final Map<Host, SimulatedEnvironment> places = new HashMap<>();
    private long order;
    private long messageBytes;
    private long controlBytes;

    /**
     * Links of one latency.
     *
     * @param jitter share of the latency by which it varies, up and down
     * @param security protocol that secures the connections
     */
    HostField(Simulation simulation, Duration latency, double jitter, String security) {
        this.simulation = simulation;
        this.shortest = Duration.ofNanos((long) (latency.toNanos() * (1 - jitter)));
        this.spread = Duration.ofNanos((long) (latency.toNanos() * 2 * jitter));
        this.security = security;
        this.random = simulation.random("attack");
        simulation.network().defaultLatency(latency);
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public long now() {
        return simulation.elapsed().toNanos();
    }

    @Override
    public void after(long nanos, Runnable action) {
        events.add(new Event(now() + nanos, order++, action));
    }

    @Override
    public void run(long nanos) {
        dial();
        long until = now() + nanos;
        try {
            while (!events.isEmpty() && events.peek().at() <= until) {
                Event next = events.remove();
                simulation.sleep(Duration.ofNanos(Math.max(0, next.at() - now())));
                next.action().run();
                dial();
            }
            simulation.sleep(Duration.ofNanos(Math.max(0, until - now())));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every host dials its peers one after the other, all hosts at the same time. */
    private void dial() {
        dials.forEach((dialer, listeners) -> simulation.spawn("dials", () -> {
            for (Host listener : listeners) {
                try {
                    dialer.connect(PeerAddress.of(listener.peerId(), listener.addresses()));
                    OneAttacker attacker = attackers.get(dialer);
                    if (attacker != null) {
                        attacker.open(listener.peerId());
                    }
                } catch (IOException refused) {
                    continue; // by a limit of the listener, as the attackers of one address
                }
            }
        }));
        dials.clear();
    }

    private Host host(String name, int address, Setting setting) {
        InetAddress ip = RouterNetwork.address(address);
        boolean there = machines.containsKey(address);
        SimulatedEnvironment environment =
                machines.computeIfAbsent(address, key -> simulation.host(name, ip.getHostAddress()));
        var builder = Libp2p.host()
                .environment(environment)
                .security(security)
                .limits(all -> all.withResources(LIMITS))
                .listen(World.address(ip.getHostAddress(), there ? 0 : 4001));
        setting.on(builder);
        try {
            Host host = builder.start();
            hosts.add(host);
            places.put(host, environment);
            simulation.sleep(Duration.ofMillis(1)); // a turn for a host: a thousand of them take longer than a turn may
            return host;
        } catch (InterruptedException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void count(Rpc rpc) {
        if (rpc.messages().isEmpty()) {
            controlBytes += rpc.encoded().length;
        } else {
            messageBytes += rpc.encoded().length;
        }
    }

    private interface Setting {
        void on(libp2p.HostBuilder builder);
    }

    @Override
    public Honest honest(String name, int address, GossipParameters parameters, ScoreParameters scores) {
        List<PeerId> exchanged = new ArrayList<>();
        RouterObserver observer = new RouterObserver() {
            @Override
            public void sent(PeerId to, Rpc rpc, RouterOutput.Priority priority) {
                count(rpc);
            }

            @Override
            public void underperformed(PeerId peer, String topic) {
                exchanged.add(peer);
            }
        };
        Host host = host(
                name,
                address,
                builder -> builder.with(GossipSub.create()
                        .withParameters(parameters)
                        .withScores(scores)
                        .withObserver(observer)
                        .withVerifier(this::verify)));
        return new OneHonest(host, GossipSub.on(host), exchanged);
    }

    private void verify(Message message) throws SignatureException {
        MessageId id = MessageIds.GO.id(message);
        Message known = verified.get(id);
        if (known == null || !known.sameAs(message)) {
            SigningPolicy.STRICT_SIGN.verify(message);
            verified.put(id, message);
        }
    }

    private final class OneHonest implements Honest {
        private final Host host;
        private final PubSubService pubsub;
        private final List<PeerId> exchanged;
        private final Map<MessageId, Long> deliveries = new HashMap<>();
        private Map<PeerId, Double> scores = Map.of();
        private long scoredAt = -1;

        OneHonest(Host host, PubSubService pubsub, List<PeerId> exchanged) {
            this.host = host;
            this.pubsub = pubsub;
            this.exchanged = exchanged;
        }

        @Override
        public PeerId id() {
            return host.peerId();
        }

        @Override
        public void join(String topic) {
            pubsub.subscribe(topic, message -> deliveries.putIfAbsent(MessageId.of(message.id()), now()));
        }

        @Override
        public MessageId publish(String topic, int size) {
            try {
                return MessageId.of(pubsub.publish(topic, new byte[size]));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public @Nullable Long delivered(MessageId id) {
            return deliveries.get(id);
        }

        @Override
        public List<PeerId> mesh(String topic) {
            return pubsub.mesh(topic);
        }

        @Override
        public List<PeerId> peers(String topic) {
            return pubsub.peers(topic);
        }

        @Override
        public double score(PeerId peer) {
            if (scoredAt != now()) {
                scoredAt = now();
                scores = new HashMap<>();
                for (PeerScores.Snapshot one : pubsub.scores()) {
                    scores.put(one.peer(), one.total());
                }
            }
            return scores.getOrDefault(peer, 0.0);
        }

        @Override
        public List<PeerId> exchanged() {
            return exchanged;
        }
    }

    @Override
    public Attacker attacker(String name, int address, String topic, Regraft regraft) {
        OneAttacker attacker = new OneAttacker(topic, regraft);
        Host host = host(name, address, builder -> {});
        attacker.host = host;
        attackers.put(host, attacker);
        host.handle(PROTOCOL, attacker::hear);
        return attacker;
    }

    /** A host that speaks pubsub by hand. */
    private final class OneAttacker implements Attacker {
        private final String topic;
        private final Regraft regraft;
        private final Map<PeerId, MessageStream<byte[], byte[]>> victims = new HashMap<>();
        private final Set<PeerId> grafted = new LinkedHashSet<>();
        /** Peers that have told their subscription before this attacker has a stream to them. */
        private final Set<PeerId> greeted = new LinkedHashSet<>();

        private final Set<MessageId> seen = new LinkedHashSet<>();
        private Predicate<Message> drops = message -> true;
        private @Nullable Host host;

        OneAttacker(String topic, Regraft regraft) {
            this.topic = topic;
            this.regraft = regraft;
        }

        private Host self() {
            if (host == null) {
                throw new IllegalStateException("not started");
            }
            return host;
        }

        @Override
        public PeerId id() {
            return self().peerId();
        }

        @Override
        public void drops(Predicate<Message> which) {
            drops = which;
        }

        void open(PeerId victim) throws IOException {
            Stream stream = self().open(PeerAddress.of(victim), PROTOCOL);
            victims.put(
                    victim,
                    new MessageStream<>(
                            stream,
                            MessageCodec.BYTES,
                            MessageCodec.BYTES,
                            PubSubLimits.DEFAULT.frame().rpcBytes()));
            if (greeted.remove(victim)) {
                join(victim);
            }
        }

        private void join(PeerId victim) {
            send(victim, Rpc.of(List.of(new Rpc.Subscription(true, topic))));
            graft(victim);
        }

        private void send(PeerId victim, Rpc rpc) {
            MessageStream<byte[], byte[]> stream = victims.get(victim);
            if (stream == null) {
                return;
            }
            byte[] encoded = rpc.encoded();
            count(rpc);
            self().environment().start("attack", () -> {
                synchronized (stream) {
                    try {
                        stream.send(encoded);
                    } catch (IOException gone) {
                        victims.remove(victim, stream);
                    }
                }
            });
        }

        private void graft(PeerId victim) {
            grafted.add(victim);
            send(
                    victim,
                    Rpc.of(new Rpc.Control(
                            List.of(), List.of(), List.of(new Rpc.Graft(topic)), List.of(), List.of(), null)));
        }

        void hear(Stream stream) throws IOException {
            PeerId from = stream.connection().remotePeer();
            var messages = new MessageStream<byte[], byte[]>(
                    stream,
                    MessageCodec.BYTES,
                    MessageCodec.BYTES,
                    PubSubLimits.DEFAULT.frame().rpcBytes());
            byte[] frame;
            try {
                while ((frame = messages.receiveOrEnd()) != null) {
                    take(from, RpcDecoder.decode(frame, PubSubLimits.DEFAULT.frame()));
                }
            } catch (ProtobufException malformed) {
                stream.reset(ErrorCode.STREAM_PROTOCOL_VIOLATION);
            }
        }

        private void take(PeerId from, Rpc rpc) {
            for (Rpc.Subscription subscription : rpc.subscriptions()) {
                if (subscription.subscribe() && subscription.topic().equals(topic)) {
                    if (victims.containsKey(from)) {
                        join(from);
                    } else {
                        greeted.add(from);
                    }
                }
            }
            if (!rpc.control().prunes().isEmpty()) {
                grafted.remove(from);
                after(regraft.delay(), () -> graft(from));
            }
            if (!rpc.control().grafts().isEmpty()) {
                grafted.add(from);
            }
            for (Message message : rpc.messages()) {
                if (seen.add(MessageIds.GO.id(message)) && !drops.test(message)) {
                    Rpc copy = Rpc.of(message);
                    for (PeerId victim : List.copyOf(grafted)) {
                        if (!victim.equals(from) && !Arrays.equals(victim.toBytes(), message.from())) {
                            send(victim, copy);
                        }
                    }
                }
            }
        }
    }

    private void connect(Host dialer, Host listener) {
        simulation
                .network()
                .link(Objects.requireNonNull(places.get(dialer)), Objects.requireNonNull(places.get(listener)))
                .latency(shortest)
                .jitter(spread);
        dials.computeIfAbsent(dialer, key -> new ArrayList<>()).add(listener);
    }

    @Override
    public void connect(Honest dialer, Honest listener) {
        connect(((OneHonest) dialer).host, ((OneHonest) listener).host);
    }

    @Override
    public void connect(Attacker dialer, Honest listener) {
        connect(((OneAttacker) dialer).self(), ((OneHonest) listener).host);
    }

    @Override
    public long messageBytes() {
        return messageBytes;
    }

    @Override
    public long controlBytes() {
        return controlBytes;
    }

    @Override
    public long trace() {
        return simulation.trace().hash();
    }

    @Override
    public void close() {
        hosts.forEach(Host::close);
    }
}
