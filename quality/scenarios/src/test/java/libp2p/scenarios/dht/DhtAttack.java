package libp2p.scenarios.dht;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.Delimited;
import libp2p.core.routing.Results;
import libp2p.kad.key.Key;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.KadPeer;
import libp2p.kad.message.MessageLimits;
import libp2p.kad.message.MessageType;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.scenarios.dht.DhtField.Node;
import libp2p.simulator.Schedule;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import org.jspecify.annotations.Nullable;

/** One attack on the keys of a network of a DHT: what is announced and stored while it goes on is looked for by others. */
final class DhtAttack {
    /** The attack. */
    enum Kind {
        /** None. */
        CALM,
        /** 45 sybils next to each key, closer than any honest node, each in a /16 of its own; they tell of nothing. */
        SYBILS,
        /**
         * As {@link #SYBILS}, with 20 invented providers in each answer, and the last value but one; those who look have just
         * started, and know few honest peers when the sybils find them.
         */
        INVENTED,
        /** A million ids on five /16s, which are the closest to every place and are there from the beginning. */
        HYDRA,
        /** 40 ids of one network, which were made to be the lowest, announce each key beside 100 honest nodes. */
        GROUND
    }

    /** What hosts do. */
    enum Operation {
        PROVIDERS,
        VALUES,
        OPTIMISTIC_PROVIDE,
        REPROVIDE_SWEEP,
        /** The k closest are asked for providers, each. */
        ALL_HOLDERS
    }

    /**
     * The size of a run.
     *
     * @param nodes honest ones
     * @param keys that are attacked, for each operation
     */
    record Size(int nodes, int keys) {}

    /** Keys under attack at the same time. */
    private static final int AT_ONCE = 10;

    private static final int SYBIL_COUNT = 45;
    /** Honest peers that a reader knows when the sybils find it. */
    private static final int KNOWN = 12;

    /** The honest nodes closest to a key that meet its sybils. */
    private static final int WITNESSES = 60;

    private static final int NETWORKS = 5;
    /** Heads of the hydra that each node meets, those closest to it. */
    private static final int HEADS = 40;

    private static final int SWEPT = 100;
    private static final int HONEST_PROVIDERS = 100;
    private static final int GROUND_IDS = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration MEETING = Duration.ofSeconds(3);
    /** A sweep has ended when its host asks and tells nothing for so long, which is more than peers that do not answer take. */
    private static final Duration SILENCE = Duration.ofMinutes(2);

    private final Kind kind;
    private final Size size;
    private final DhtField field;
    private final RandomGenerator random;
    private final IdPool pool;
    private final Environment machine;
    private final Map<Operation, DhtAttackResult.Row> rows = new EnumMap<>(Operation.class);

    private @Nullable DhtLiars hydra;
    private int newcomers;

    private DhtAttack(Kind kind, Size size, Simulation simulation) throws IOException {
        this.kind = kind;
        this.size = size;
        this.field = new DhtField(simulation, size.nodes());
        this.random = simulation.random("attack");
        this.pool = new IdPool(simulation.seed(), kind == Kind.CALM || kind == Kind.GROUND ? 1 : 1_000_000);
        this.machine = simulation.host("attacker");
    }

    /** Runs an attack on the calling thread, which must be a platform thread. */
    static DhtAttackResult run(Kind kind, Size size, long seed) {
        DhtAttackResult[] result = new DhtAttackResult[1];
        Simulation.of(seed)
                .schedule(Schedule.FIFO)
                .tolerateExceptions()
                .run(simulation -> result[0] = new DhtAttack(kind, size, simulation).live());
        return result[0];
    }

    private DhtAttackResult live() throws Exception {
        if (kind == Kind.HYDRA) {
            hydra = DhtLiars.hydra(field.network(), machine, pool, NETWORKS);
            meetHydra(hydra);
        }
        say("joining");
        field.join();
        if (hydra != null) {
            meetHydra(hydra);
        }
        say("table of "
                + field.nodes().stream()
                        .mapToInt(node -> node.dht().status().getFirst().peers())
                        .average()
                        .orElse(0)
                + ", size judged " + judged());
        if (kind == Kind.GROUND) {
            keys(this::crowd);
            return new DhtAttackResult(rows, judged());
        }
        keys(this::attack);
        List<Double> sizes = judged();
        say("size judged " + sizes + " " + rows);
        for (int from = 0; from < size.keys(); from += AT_ONCE) {
            sweep(from, Math.min(size.keys(), from + AT_ONCE));
        }
        say("done " + rows);
        return new DhtAttackResult(rows, sizes);
    }

    private void say(String text) {
        System.out.printf("%s %s: %s%n", kind, field.simulation().elapsed(), text);
    }

    /** The sizes that nodes know, as shares of the true one: the least, the median, and the most. */
    private List<Double> judged() {
        List<Double> sizes = field.nodes().stream()
                .map(node -> (double) node.dht().status().getFirst().servers() / size.nodes())
                .sorted()
                .toList();
        return List.of(sizes.getFirst(), sizes.get(sizes.size() / 2), sizes.getLast());
    }

    private interface OnKey {
        void run(int number, int worker) throws Exception;
    }

    private void keys(OnKey action) throws InterruptedException {
        List<SimulatedTask> workers = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            int worker = i;
            workers.add(field.simulation().spawn("worker-" + i, () -> {
                for (int number = worker; number < size.keys(); number += AT_ONCE) {
                    action.run(number, worker);
                }
            }));
        }
        for (SimulatedTask worker : workers) {
            worker.join();
        }
    }

    /** One of the nodes that no other worker uses. */
    private Node node(int worker, boolean optimistic) {
        List<Node> own = IntStream.range(0, size.nodes())
                .filter(i -> i % AT_ONCE == worker)
                .mapToObj(field.nodes()::get)
                .filter(node -> node.isOptimistic() == optimistic)
                .toList();
        return own.get(random.nextInt(own.size()));
    }

    private static Deadline soon(Node node) {
        return Deadline.after(node.host().environment(), PATIENCE);
    }

    private static byte[] key(int number) {
        return ("/s/key " + number).getBytes(UTF_8);
    }

    private void attack(int number, int worker) throws Exception {
        byte[] key = key(number);
        Node author = node(worker, false);
        author.dht().putValue(key, SequenceValidator.value(key, 1), soon(author));
        DhtLiars liars = besiege(Key.of(key));
        provide(Operation.PROVIDERS, key, node(worker, false), reader(worker, key, liars), liars);
        value(key, author, reader(worker, key, liars), liars);
        provide(Operation.OPTIMISTIC_PROVIDE, key, node(worker, true), reader(worker, key, liars), liars);
        liars.leave();
    }

    /** One that looks for a key. */
    private Node reader(int worker, byte[] key, DhtLiars liars) throws Exception {
        if (kind != Kind.INVENTED) {
            return node(worker, false);
        }
        int number = newcomers++;
        Node reader = field.newcomer("7" + number / 200 + "." + number % 200 + ".1.1", KNOWN);
        meet(liars.named(Key.of(key), SYBIL_COUNT), List.of(reader));
        reader.dht().refresh();
        return reader;
    }

    private void leave(Node reader) {
        if (!field.nodes().contains(reader)) {
            reader.dht().close();
            reader.host().leave();
            reader.host().close();
        }
    }

    private int lies(Node reader, DhtLiars liars) {
        PeerId peer = reader.host().peerId();
        return liars.liesTo(peer) + (hydra == null ? 0 : hydra.liesTo(peer));
    }

    private interface Part {
        boolean run() throws Exception;
    }

    /** Notes whether a reader found something and was told lies, and what the hosts have sent and received for it. */
    private void note(Operation operation, Node reader, DhtLiars liars, List<Node> busy, Part part) throws Exception {
        int before = lies(reader, liars);
        note(operation, busy, 1, part);
        rows.merge(
                operation,
                new DhtAttackResult.Row(0, 0, 0, 0, lies(reader, liars) > before ? 1 : 0),
                DhtAttackResult.Row::plus);
        leave(reader);
    }

    /** Notes whether something was found, and what the hosts have sent and received for it. */
    private void note(Operation operation, List<Node> busy, int keys, Part part) throws Exception {
        long messages = busy.stream().mapToLong(node -> node.host().messages()).sum();
        long bytes = busy.stream().mapToLong(node -> node.host().bytes()).sum();
        boolean found = false;
        try {
            found = part.run();
        } catch (IOException e) {
            say(operation + " failed: " + e.getMessage());
        }
        rows.merge(
                operation,
                new DhtAttackResult.Row(
                        keys,
                        found ? keys : 0,
                        busy.stream().mapToLong(node -> node.host().messages()).sum() - messages,
                        busy.stream().mapToLong(node -> node.host().bytes()).sum() - bytes,
                        0),
                DhtAttackResult.Row::plus);
    }

    private void provide(Operation operation, byte[] key, Node provider, Node reader, DhtLiars liars) throws Exception {
        List<Node> busy = provider == reader ? List.of(reader) : List.of(provider, reader);
        note(operation, reader, liars, busy, () -> {
            provider.dht().provide(key, soon(provider));
            return isFound(key, provider, reader);
        });
    }

    private static boolean isFound(byte[] key, Node provider, Node reader) throws IOException {
        try (Results<PeerAddress> found = reader.dht().findProviders(key, soon(reader))) {
            for (PeerAddress one; (one = found.next()) != null; ) {
                if (provider.host().peerId().equals(one.peer())) {
                    return true;
                }
            }
        }
        return false;
    }

    private void value(byte[] key, Node author, Node reader, DhtLiars liars) throws Exception {
        byte[] value = SequenceValidator.value(key, 2);
        note(Operation.VALUES, reader, liars, List.of(author, reader), () -> {
            author.dht().putValue(key, value, soon(author));
            return Arrays.equals(reader.dht().getValue(key, soon(reader)), value);
        });
    }

    /** The attackers of a key come, and meet the honest nodes around it. */
    private DhtLiars besiege(Key key) throws Exception {
        DhtLiars liars = DhtLiars.few(field.network(), machine);
        if (kind == Kind.INVENTED) {
            liars.invent(1);
        }
        if (kind == Kind.SYBILS || kind == Kind.INVENTED) {
            int bits = key.commonPrefix(field.closest(key, 1).getFirst().key());
            List<Integer> near = new ArrayList<>(pool.sharing(key, bits + 1));
            Collections.shuffle(near, new Random(random.nextLong()));
            List<Integer> chosen = near.size() < SYBIL_COUNT ? pool.closest(key, SYBIL_COUNT) : near;
            List<LightHost> sybils = new ArrayList<>();
            for (int i = 0; i < SYBIL_COUNT; i++) {
                sybils.add(liars.host(pool.id(chosen.get(i)), "80." + i + ".7." + (1 + random.nextInt(250))));
            }
            meet(sybils, field.closest(key, WITNESSES));
        }
        return liars;
    }

    private void meet(List<LightHost> liars, List<Node> nodes) throws InterruptedException {
        List<SimulatedTask> meetings = new ArrayList<>();
        for (LightHost liar : liars) {
            meetings.add(field.simulation().spawn("liar", () -> {
                for (Node node : nodes) {
                    DhtLiars.meet(liar, node);
                }
            }));
        }
        for (SimulatedTask meeting : meetings) {
            meeting.join();
        }
        field.simulation().sleep(MEETING);
    }

    /** Every node is met by the heads that are closest to it. */
    private void meetHydra(DhtLiars many) throws InterruptedException {
        List<SimulatedTask> meetings = new ArrayList<>();
        for (Node node : field.nodes()) {
            meetings.add(field.simulation().spawn("heads", () -> {
                for (LightHost head : many.named(node.key(), HEADS)) {
                    DhtLiars.meet(head, node);
                }
            }));
        }
        for (SimulatedTask meeting : meetings) {
            meeting.join();
        }
        field.simulation().sleep(MEETING);
    }

    private static Cid cid(String text) {
        return Cid.v1(Multicodec.RAW, Multihash.sha256(text.getBytes(UTF_8)));
    }

    private static long sent(Node node) {
        return node.dht().status().stream()
                .mapToLong(status -> status.requests() + status.announcements())
                .sum();
    }

    /** A node announces some keys that are attacked and others together. */
    private void sweep(int from, int to) throws Exception {
        List<Cid> attacked = new ArrayList<>();
        List<SimulatedTask> sieges = new ArrayList<>();
        DhtLiars[] all = new DhtLiars[to - from];
        for (int number = from; number < to; number++) {
            Cid cid = cid("attacked " + number);
            attacked.add(cid);
            int place = number - from;
            sieges.add(field.simulation()
                    .spawn("siege", () -> all[place] = besiege(Key.of(cid.hash().toBytes()))));
        }
        for (SimulatedTask siege : sieges) {
            siege.join();
        }
        List<Cid> cids = new ArrayList<>(attacked);
        for (int i = cids.size(); i < SWEPT; i++) {
            cids.add(cid("other " + from + " " + i));
        }
        Node provider = node(0, false);
        long messages = provider.host().messages();
        long bytes = provider.host().bytes();
        provider.dht().startProviding(cids);
        long before;
        do {
            before = sent(provider);
            field.simulation().sleep(SILENCE);
        } while (sent(provider) != before);
        provider.dht().stopProviding(cids);
        rows.merge(
                Operation.REPROVIDE_SWEEP,
                new DhtAttackResult.Row(
                        0,
                        0,
                        provider.host().messages() - messages,
                        provider.host().bytes() - bytes,
                        0),
                DhtAttackResult.Row::plus);
        List<SimulatedTask> readings = new ArrayList<>();
        for (int i = 0; i < attacked.size(); i++) {
            byte[] key = attacked.get(i).hash().toBytes();
            DhtLiars liars = all[i];
            int worker = 1 + i % (AT_ONCE - 1);
            readings.add(field.simulation().spawn("reading", () -> {
                Node reader = reader(worker, key, liars);
                note(Operation.REPROVIDE_SWEEP, reader, liars, List.of(), () -> isFound(key, provider, reader));
                liars.leave();
            }));
        }
        for (SimulatedTask reading : readings) {
            reading.join();
        }
    }

    /** Ground ids announce a key beside honest nodes; how many of these are named. */
    private void crowd(int number, int worker) throws Exception {
        byte[] key = key(number);
        List<Node> honest = new ArrayList<>(field.nodes());
        Collections.shuffle(honest, new Random(random.nextLong()));
        List<Node> providers = honest.subList(0, HONEST_PROVIDERS);
        Node reader = honest.get(HONEST_PROVIDERS);
        for (Node provider : providers) {
            provider.dht().provide(key, soon(provider));
        }
        List<PeerAddress> holders = reader.dht().closestPeers(key, soon(reader));
        for (int i = 0; i < GROUND_IDS; i++) {
            byte[] id = field.newId().toBytes();
            Arrays.fill(id, 2, 5, (byte) 0);
            LightHost ground =
                    new LightHost(field.network(), machine, PeerId.fromBytes(id), "90.1.2." + (1 + i), 1_000_000);
            for (PeerAddress holder : holders) {
                try (Stream stream = ground.open(holder, DhtField.PROTOCOL)) {
                    KadMessage message =
                            KadMessage.addProvider(key, List.of(KadPeer.of(ground.peerId(), ground.addresses())));
                    Delimited.write(stream.output(), message.toBytes());
                    stream.closeWrite();
                    Delimited.readOrEnd("the end", stream.input(), 1);
                }
            }
        }
        List<PeerId> wanted =
                providers.stream().map(node -> node.host().peerId()).toList();
        List<PeerId> found = new ArrayList<>();
        noteNamed(Operation.PROVIDERS, reader, wanted, found, () -> {
            try (Results<PeerAddress> results = reader.dht().findProviders(key, soon(reader))) {
                for (PeerAddress one; (one = results.next()) != null; ) {
                    found.add(one.peer());
                }
            }
            return true;
        });
        List<PeerId> named = new ArrayList<>();
        noteNamed(Operation.ALL_HOLDERS, reader, wanted, named, () -> {
            for (PeerAddress holder : holders) {
                try (Stream stream = reader.host().open(holder, DhtField.PROTOCOL)) {
                    Delimited.write(
                            stream.output(),
                            KadMessage.of(MessageType.GET_PROVIDERS, key).toBytes());
                    byte[] answer = Delimited.readOrEnd("answer", stream.input(), MessageLimits.DEFAULT.bytes());
                    KadMessage.decode(answer, MessageLimits.DEFAULT)
                            .providerPeers()
                            .forEach(peer -> named.add(peer.id()));
                }
            }
            return true;
        });
    }

    private void noteNamed(Operation operation, Node reader, List<PeerId> wanted, List<PeerId> found, Part part)
            throws Exception {
        note(operation, List.of(reader), 0, part);
        int named = (int) wanted.stream().filter(found::contains).count();
        rows.merge(operation, new DhtAttackResult.Row(wanted.size(), named, 0, 0, 0), DhtAttackResult.Row::plus);
    }
}
