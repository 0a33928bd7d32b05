package libp2p.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static libp2p.node.Commands.complaint;
import static libp2p.node.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.PubSub;
import libp2p.node.pubsub.PubSubEvents;
import libp2p.node.pubsub.PubSubTool;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code p2p pubsub} and {@code p2p chat} beside a host that is subscribed. */
class PubSubCommandsTest {
    private final BlockingQueue<PubSub.Message> heard = new LinkedBlockingQueue<>();
    private Host host;
    private PubSubService pubsub;
    private String address;

    @BeforeEach
    void listen() throws Exception {
        host = Libp2p.host()
                .listen("/ip4/127.0.0.1/tcp/0")
                .with(GossipSub.create())
                .start();
        pubsub = GossipSub.on(host);
        pubsub.subscribe("news", heard::add);
        address = host.addresses().getFirst() + "/p2p/" + host.peerId();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void pubSucceedsWhenAPeerHasTakenTheMessage() throws Exception {
        String printed = run(0, "pubsub", "pub", "news", "hello \"there\"", "--peer", address, "--json");
        assertThat(printed)
                .matches("\\{\"event\":\"published\",\"topic\":\"news\",\"id\":\"[0-9a-f]+\",\"peers\":1}\\s*");
        PubSub.Message message = heard.take();
        assertThat(new String(message.data(), UTF_8)).isEqualTo("hello \"there\"");
        assertThat(message.signed()).isTrue();
    }

    @Test
    void pubFailsWhenNoPeerIsThere() {
        assertThat(complaint(3, "pubsub", "pub", "unknown", "x", "--peer", address, "--wait", "1"))
                .contains("fewer than 1 peers of the topic");
        run(3, "pubsub", "pub", "news", "x", "--peer", "/ip4/127.0.0.1/tcp/1/p2p/" + host.peerId());
        run(2, "pubsub", "pub", "news");
        run(2, "listen", "--pubsub", "gossip");
    }

    @Test
    void peersAndTopicsAreShown() {
        assertThat(run(0, "pubsub", "peers", "news", "--peer", address, "--json"))
                .isEqualToIgnoringNewLines(
                        "{\"event\":\"peers\",\"topic\":\"news\",\"peers\":[\"" + host.peerId() + "\"]}");
        assertThat(run(0, "pubsub", "topics", "--peer", address, "--json"))
                .isEqualToIgnoringNewLines("{\"event\":\"topics\",\"topics\":[\"news\"]}");
    }

    @Test
    void scoresAreShownPartByPart() {
        assertThat(run(0, "pubsub", "peers", "news", "--scores", "--peer", address, "--json"))
                .startsWith("{\"event\":\"scores\",\"topic\":\"news\",\"peers\":[{\"peer\":\"" + host.peerId()
                        + "\",\"protocol\":\"/meshsub/1.3.0\",\"mesh\":")
                .contains("\"colocation\":", "\"behaviour\":", "\"slow\":", "\"application\":", "\"topics\":{");
    }

    @Test
    void subPrintsScoresNowAndThen() throws Exception {
        Thread publisher = new Thread(() -> {
            try {
                Deadline soon = Deadline.after(host.environment(), Duration.ofMinutes(1));
                pubsub.awaitPeers("news", 1, soon);
                pubsub.publish("news", "one".getBytes(UTF_8));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        Host watched = host;
        pubsub.subscribe("later", message -> {});
        CountingOutput output = new CountingOutput();
        try (Host other = Libp2p.host().with(GossipSub.create()).start()) {
            other.connect(PeerAddress.parse(address));
            GossipSub.on(other).awaitPeers("news", 1, Deadline.after(other.environment(), Duration.ofMinutes(1)));
            Thread following = new Thread(() -> {
                try {
                    new PubSubTool(other, output).subscribe("news", 1, Duration.ofMillis(50));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            following.start();
            assertThat(output.scores.take()).isEqualTo(watched.peerId().toString());
            publisher.start();
            following.join();
            publisher.join();
        }
    }

    /** Keeps the first peer of every print of scores. */
    private static final class CountingOutput implements PubSubEvents {
        private final BlockingQueue<String> scores = new LinkedBlockingQueue<>();

        @Override
        public void event(String name, String human, Object... fields) {
            if (name.equals("scores")
                    && fields[3] instanceof List<?> peers
                    && peers.getFirst() instanceof Map<?, ?> one) {
                scores.add(String.valueOf(one.get("peer")));
            }
        }
    }

    @Test
    void aTraceIsWritten(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("trace.json");
        run(0, "pubsub", "pub", "news", "x", "--peer", address, "--pubsub-trace", file.toString());
        assertThat(Files.readAllLines(file))
                .allSatisfy(line -> assertThat(line).startsWith("{\"ms\":").endsWith("}"))
                .anySatisfy(line -> assertThat(line)
                        .contains(
                                "\"event\":\"ADD_PEER\",\"peer\":\"" + host.peerId(),
                                "\"protocol\":\"/meshsub/1.3.0\""))
                .anySatisfy(line -> assertThat(line).contains("\"event\":\"RECV_RPC\"", "\"subscriptions\":1"))
                .anySatisfy(
                        line -> assertThat(line).contains("\"event\":\"PUBLISH_MESSAGE\",\"topic\":\"news\",\"id\":\""))
                .anySatisfy(line -> assertThat(line).contains("\"event\":\"SEND_RPC\"", "\"messages\":1"));
    }

    @Test
    void subPrintsMessagesAndEndsWhenEnoughHaveCome() throws Exception {
        Thread publisher = new Thread(() -> {
            try {
                Deadline soon = Deadline.after(host.environment(), Duration.ofMinutes(1));
                pubsub.publish("news", "one\u001b[2J".getBytes(UTF_8), 1, soon);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        publisher.start();
        String printed = run(0, "pubsub", "sub", "news", "--count", "1", "--peer", address, "--json");
        publisher.join();
        assertThat(printed.lines().toList().get(1))
                .isEqualTo("{\"event\":\"message\",\"from\":\"" + host.peerId()
                        + "\",\"topic\":\"news\",\"data\":\"one\\u001b[2J\"}");
    }

    /** Its options are followed, and programs read neither prompts nor colours. */
    @Test
    void aChatOfProgramsConnectsAndPrintsNothingForTerminals() throws Exception {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("good morning\n".getBytes(UTF_8)));
        try {
            assertThat(run(0, "chat", "news", "--name", "Ada", "--connect", address))
                    .isEmpty();
        } finally {
            System.setIn(before);
        }
        assertThat(new String(heard.take().data(), UTF_8)).isEqualTo("Ada: good morning");
    }

    @Test
    void aChatOfProgramsIsToldTheMessagesOfOthers() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        PipedWriter keys = new PipedWriter();
        try (Host other = Libp2p.host().with(GossipSub.create()).start();
                BufferedReader typed = new BufferedReader(new PipedReader(keys))) {
            other.connect(PeerAddress.parse(address));
            PubSubTool tool = new PubSubTool(other, (name, human, fields) -> told.add(name + " " + human));
            Thread chatting = Thread.ofPlatform().start(() -> {
                try {
                    tool.chat("news", "Ada", typed, null);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Deadline soon = Deadline.after(host.environment(), Duration.ofMinutes(1));
            pubsub.publish("news", "Eve: hello\u001b[2J".getBytes(UTF_8), 1, soon);
            assertThat(told.take()).isEqualTo("message Eve: hello\\u001b[2J");
            keys.write("/quit\n");
            keys.flush();
            chatting.join();
        }
    }

    @Test
    void aChatSendsLinesAndShowsThoseOfOthersWithoutTheirControlCharacters() throws Exception {
        try (Host other = Libp2p.host().with(GossipSub.create()).start()) {
            other.connect(PeerAddress.parse(address));
            PubSubService service = GossipSub.on(other);
            service.awaitPeers("news", 1, Deadline.after(other.environment(), Duration.ofMinutes(1)));
            ByteArrayOutputStream screen = new ByteArrayOutputStream();
            PubSubTool tool = new PubSubTool(other, (name, human, fields) -> {});
            tool.chat(
                    "news",
                    "Ada",
                    new BufferedReader(new StringReader("good morning\n\n/peers\n/quit\nnot sent\n")),
                    new PrintStream(screen, true, UTF_8));
            assertThat(new String(heard.take().data(), UTF_8)).isEqualTo("Ada: good morning");
            assertThat(screen.toString(UTF_8))
                    .contains("You are Ada", host.peerId().shortName());
            assertThat(heard).isEmpty();
        }
    }
}
