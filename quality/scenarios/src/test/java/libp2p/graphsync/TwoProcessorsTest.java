package libp2p.graphsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.Libp2p;
import libp2p.bitswap.Bitswap;
import libp2p.bitswap.BitswapSession;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.Delimited;
import libp2p.core.testing.ContentBombs;
import libp2p.ipld.Block;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.ipld.selector.Selector;
import libp2p.ipld.selector.Selectors;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import libp2p.scenarios.flood.Child;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Strangers ask a host of two processors, in a process of its own and over TCP, for walks that do nothing but work. An
 * honest peer that was there before goes on to get its answers. The small forms are in {@link HostileGraphSyncTest} and
 * {@link WalkPaceTest}.
 */
class TwoProcessorsTest {
    private static final int HEAP = 128;
    /** Times that the honest peer asks for a block and for the answer to a ping. */
    private static final int ANSWERS = 50;
    /** Honest peers that only have a connection. */
    private static final int IDLE = 10;
    /** Requests of a stranger whose walks would hold some twenty megabytes each. */
    private static final int HEAVY = 64;

    private static final String[] PROCESSORS = {"-XX:ActiveProcessorCount=2"};

    private static Block cbor(Node node) {
        return Block.of(Multicodec.DAG_CBOR, new DagCbor().encode(node));
    }

    /** The content of the host. */
    private record Content(List<Block> blocks, List<Cid> honest, Cid bomb, Cid wide, Cid heavy, Cid ways) {
        static Content make() {
            List<Block> blocks = new ArrayList<>();
            List<Cid> honest = new ArrayList<>();
            for (int i = 0; i <= ANSWERS; i++) {
                blocks.add(cbor(Node.of("honest " + i)));
                honest.add(blocks.getLast().cid());
            }
            ContentBombs.Bomb bomb = ContentBombs.shards(8, true);
            bomb.blocks().forEach((cid, data) -> blocks.add(Block.trusted(cid, data)));
            Cid wide = maps(3000, 1000, blocks);
            Cid heavy = maps(100_000, 1, blocks);
            Block below = cbor(Node.of("leaf"));
            blocks.add(below);
            for (int i = 0; i < 40; i++) {
                below = cbor(Node.list(new Node.Link(below.cid()), new Node.Link(below.cid())));
                blocks.add(below);
            }
            return new Content(blocks, honest, bomb.root(), wide, heavy, below.cid());
        }

        /** A list of links to one map of numbers. */
        private static Cid maps(int entries, int times, List<Block> blocks) {
            SequencedMap<String, Node> many = new LinkedHashMap<>();
            for (int i = 0; i < entries; i++) {
                many.put("k" + i, Node.of(i));
            }
            Block map = cbor(new Node.Mapping(many));
            Block maps = cbor(new Node.Sequence(Collections.nCopies(times, new Node.Link(map.cid()))));
            blocks.add(map);
            blocks.add(maps);
            return maps.cid();
        }
    }

    /** The host that is asked: says when a walk has its first block, when it has ended, and how many there are. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws IOException {
            MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            store.putAll(Content.make().blocks());
            Host host = Libp2p.host()
                    .environment(new Watched(SystemEnvironment.shared()))
                    .with(GraphSync.over(store, GraphSyncLimits.DEFAULT, new Begun()))
                    .with(Bitswap.over(store))
                    .listen("/ip4/127.0.0.1/tcp/0")
                    .start();
            say("ready peer=" + host.peerId() + " address=" + host.addresses().getFirst());
            GraphSync graphSync = host.find(GraphSync.class).orElseThrow();
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (in.readLine() != null) {
                say("served count=" + graphSync.served());
            }
            host.close();
            say("closed");
        }

        private static void say(String line) {
            System.out.println(line);
        }

        private static final class Watched extends ForwardingEnvironment {
            Watched(Environment inner) {
                super(inner);
            }

            @Override
            public Thread start(String name, Runnable task) {
                boolean walk = name.startsWith("graphsync to ");
                return super.start(
                        name,
                        !walk
                                ? task
                                : () -> {
                                    task.run();
                                    say("ended");
                                });
            }
        }

        private static final class Begun implements ServingPolicy {
            private final Set<IncomingRequest> begun = ConcurrentHashMap.newKeySet();

            @Override
            public void walked(IncomingRequest request, Cid cid, long bytes) {
                if (begun.add(request)) {
                    say("begun");
                }
            }
        }
    }

    private record Field(Content content, Child victim, PeerAddress address) implements AutoCloseable {
        static Field start() throws Exception {
            List<String> command = new ArrayList<>(Child.java(HEAP));
            command.addAll(1, List.of(PROCESSORS));
            command.add(Victim.class.getName());
            Child victim = Child.start(command);
            Child.Answer ready = victim.expect("ready");
            return new Field(
                    Content.make(),
                    victim,
                    PeerAddress.of(PeerId.parse(ready.text("peer")), List.of(Multiaddr.parse(ready.text("address")))));
        }

        void expect(String word, int times) throws Exception {
            for (int i = 0; i < times; i++) {
                victim.expect(word);
            }
        }

        @Override
        public void close() {
            victim.close();
        }
    }

    /** Has a connection and its streams before the strangers come. */
    private static final class Honest implements AutoCloseable {
        private final Field field;
        private final MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        private final Host host;
        private final PingSession ping;
        private final BitswapSession session;

        Honest(Field field) throws IOException {
            this.field = field;
            host = Libp2p.host().with(Bitswap.over(store)).start();
            host.connect(field.address());
            ping = Ping.session(host, field.address());
            session = host.find(Bitswap.class).orElseThrow().session(Duration.ofSeconds(10));
            answer(ANSWERS);
        }

        private void answer(int number) throws IOException {
            assertThat(ping.ping()).isPositive();
            Cid cid = field.content().honest().get(number);
            assertThat(session.get(cid)).isNotEmpty();
        }

        void answers() throws IOException {
            for (int i = 0; i < ANSWERS; i++) {
                answer(i);
            }
            assertThat(session.blocks()).isEqualTo(ANSWERS + 1);
        }

        @Override
        public void close() throws IOException {
            session.close();
            ping.close();
            host.close();
        }
    }

    /** Asks, and hears how its requests end. */
    private static final class Stranger implements AutoCloseable {
        private final Host host = Libp2p.host().start();
        private final BlockingQueue<ResponseStatus> ends = new LinkedBlockingQueue<>();
        private final Field field;

        Stranger(Field field) throws IOException {
            this.field = field;
            host.handle(GraphSyncMessage.PROTOCOL, stream -> {
                byte[] frame;
                while ((frame = Delimited.readOrEnd("answer", stream.input(), 4 << 20)) != null) {
                    for (GraphSyncMessage.Response response :
                            MessageCodec.decode(frame, GraphSyncLimits.DEFAULT).responses()) {
                        if (!response.status().equals(ResponseStatus.PARTIAL)) {
                            ends.add(response.status());
                        }
                    }
                }
            });
        }

        void ask(int times, Cid root, Selector selector) throws IOException {
            List<GraphSyncMessage.Request> requests = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                requests.add(new GraphSyncMessage.Request(
                        UUID.randomUUID(),
                        GraphSyncMessage.Type.NEW,
                        0,
                        root,
                        selector.toNode(),
                        new LinkedHashMap<>()));
            }
            try (Stream stream = host.open(field.address(), GraphSyncMessage.PROTOCOL)) {
                Delimited.write(
                        stream.output(), MessageCodec.encode(new GraphSyncMessage(requests, List.of(), List.of())));
                stream.closeWrite();
            }
        }

        @Override
        public void close() {
            host.close();
        }
    }

    /** Three hundred clauses that all entries of the maps of a list are held against, in vain. */
    private static Selector wide() {
        String fields = "{\"a\":{\">\":{\"f\":{\"f>\":{\"none\":{\".\":{}}}}}}}";
        return Selector.ofJson("{\"a\":{\">\":{\"|\":[" + String.join(",", Collections.nCopies(300, fields)) + "]}}}");
    }

    @Test
    @Tag("long")
    void twoRequestsForADirectoryOf95KilobytesLeaveAnHonestPeerItsAnswers() throws Exception {
        try (Field field = Field.start();
                Honest honest = new Honest(field);
                Stranger stranger = new Stranger(field)) {
            stranger.ask(
                    2,
                    field.content().bomb(),
                    new Selector.InterpretAs("unixfs-preload", new Selector.ExploreAll(Selectors.MATCH)));
            assertThat(field.victim().expect("begun")).isNotNull();
            honest.answers();
            assertThat(stranger.ends.take()).isEqualTo(ResponseStatus.FAILED);
            assertThat(stranger.ends.take()).isEqualTo(ResponseStatus.FAILED);
        }
    }

    @Test
    @Tag("long")
    void moreWalksThanProcessorsLeaveAnHonestPeerItsAnswersAndEndWithTheirPeerOrAtTheirBound() throws Exception {
        try (Field field = Field.start();
                Honest honest = new Honest(field)) {
            try (Stranger leaving = new Stranger(field)) {
                leaving.ask(4, field.content().wide(), wide());
                field.expect("begun", 2);
                honest.answers();
                field.expect("begun", 2);
                assertThat(field.victim().ask("count", "served").number("count"))
                        .as("walks that go on after the answers")
                        .isEqualTo(4);
                assertThat(leaving.ends).isEmpty();
            }
            field.expect("ended", 4);
            assertThat(field.victim().ask("count", "served").number("count")).isZero();
            try (Stranger staying = new Stranger(field)) {
                staying.ask(2, field.content().ways(), Selectors.ALL);
                field.expect("begun", 2);
                assertThat(staying.ends.take()).isEqualTo(ResponseStatus.FAILED);
                assertThat(staying.ends.take()).isEqualTo(ResponseStatus.FAILED);
                field.expect("ended", 2);
            }
        }
    }

    @Test
    @Tag("long")
    void walksWhoseBlocksAreTwentyTimesAsLargeInMemoryCostNoHonestPeerItsConnection() throws Exception {
        List<Host> idle = new ArrayList<>();
        try (Field field = Field.start();
                Stranger stranger = new Stranger(field)) {
            stranger.host.connect(field.address());
            List<Connection> connections = new ArrayList<>();
            for (int i = 0; i < IDLE; i++) {
                Host host = Libp2p.host().start();
                idle.add(host);
                connections.add(host.connect(field.address()));
            }
            for (int i = 0; i < HEAVY; i++) {
                stranger.ask(1, field.content().heavy(), wide());
            }
            for (int i = 0; i < HEAVY; i++) {
                assertThat(stranger.ends.take()).isEqualTo(ResponseStatus.BUSY);
            }
            assertThat(connections).allMatch(Connection::isOpen);
            for (Host host : idle) {
                assertThat(Ping.once(host, field.address())).isPositive();
            }
        } finally {
            idle.forEach(Host::close);
        }
    }
}
