package libp2p.scenarios.dht;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.protobuf.Delimited;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.kad.KadLimits;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.MessageLimits;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Lookups that follow each other use one stream to a peer, whatever the peer does with it. */
class DhtStreamsTest {
    private static final int SEEDS = 10;
    private static final int LOOKUPS = 8;
    /** One for each lookup, and one by which the reader learns whether the server answers. */
    private static final int REQUESTS = LOOKUPS + 1;

    private static final String PROTOCOL = "/test/kad/1.0.0";

    /** The fate of a stream after so many answers. */
    private enum Fate {
        STAYS,
        CLOSED_AFTER_THE_ANSWER,
        RESET_AT_THE_SECOND_REQUEST
    }

    /** A server that counts. */
    private static final class Server {
        private final Fate fate;
        private int streams;
        private int ended;
        private int answers;

        Server(Fate fate) {
            this.fate = fate;
        }

        void serve(Stream stream) throws IOException {
            streams++;
            MessageLimits limits = MessageLimits.DEFAULT;
            byte[] bytes;
            for (int count = 0;
                    (bytes = Delimited.readOrEnd(PROTOCOL, stream.input(), limits.bytes())) != null;
                    count++) {
                if (fate == Fate.RESET_AT_THE_SECOND_REQUEST && count > 0) {
                    stream.reset(ErrorCode.NONE);
                    return;
                }
                KadMessage request = KadMessage.decode(bytes, limits);
                Delimited.write(
                        stream.output(),
                        KadMessage.of(request.type(), request.key()).toBytes());
                answers++;
                if (fate == Fate.CLOSED_AFTER_THE_ANSWER) {
                    return;
                }
            }
            ended++;
        }
    }

    /** Lookups one after the other by a host that knows one server; then time in which no host asks. */
    private static Server ask(World world, Fate fate, KadLimits.Asking asking) throws Exception {
        Server server = new Server(fate);
        TestNode reader = world.node(
                "reader",
                builder -> builder.with(Kad.client()
                        .withPrefix("/test")
                        .withoutLocal()
                        .withoutRefresh()
                        .withLimits(KadLimits.DEFAULT.withAsking(asking))));
        TestNode other = world.node("server");
        other.host().handle(PROTOCOL, server::serve);
        reader.connect(other);
        world.sleep(Duration.ofSeconds(5));
        Dht dht = reader.host().find(Dht.class).orElseThrow();
        for (int i = 0; i < LOOKUPS; i++) {
            Deadline soon = Deadline.after(reader.environment(), Duration.ofMinutes(1));
            dht.closestPeers(("place " + i).getBytes(UTF_8), soon);
            world.sleep(Duration.ofSeconds(1));
        }
        world.sleep(Duration.ofMinutes(1));
        return server;
    }

    @Test
    void oneStreamServesAllAndIsClosedWhenNothingIsAskedAnyMore() {
        World.underSeeds(SEEDS, world -> {
            Server server = ask(world, Fate.STAYS, KadLimits.Asking.DEFAULT);
            assertThat(server.answers).isEqualTo(REQUESTS);
            assertThat(server.streams).isEqualTo(1);
            assertThat(server.ended).isEqualTo(1);
        });
    }

    @Test
    void noneIsKeptWhereNoneMayBe() {
        World.underSeeds(1, world -> {
            Server server = ask(world, Fate.STAYS, new KadLimits.Asking(0, Duration.ofSeconds(20)));
            assertThat(server.answers).isEqualTo(REQUESTS);
            assertThat(server.streams).isEqualTo(REQUESTS);
            assertThat(server.ended).isEqualTo(REQUESTS);
        });
    }

    @Test
    void aPeerThatEndsItsStreamsIsAskedOnNewOnes() {
        for (Fate fate : new Fate[] {Fate.CLOSED_AFTER_THE_ANSWER, Fate.RESET_AT_THE_SECOND_REQUEST}) {
            World.underSeeds(SEEDS, world -> {
                Server server = ask(world, fate, KadLimits.Asking.DEFAULT);
                assertThat(server.answers).as("%s", fate).isEqualTo(REQUESTS);
            });
        }
    }
}
