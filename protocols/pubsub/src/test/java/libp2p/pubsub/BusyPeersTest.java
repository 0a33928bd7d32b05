package libp2p.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.SignatureException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.StreamScope;
import libp2p.core.routing.PubSub;
import libp2p.core.testing.CountedTurns;
import libp2p.core.testing.Stub;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.pubsub.message.MessageVerifier;
import libp2p.pubsub.message.SigningPolicy;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.router.PendingMessage;
import libp2p.pubsub.router.RouterOutput.Priority;
import libp2p.pubsub.router.VictimRouter;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** Peers that never let the threads that serve them wait: others go first about once a millisecond. */
class BusyPeersTest {
    private static final int PIECES = 1_000;
    private static final long NANOS = 100_000;
    private static final GossipSub FAMILY =
            GossipSub.create().withSigning(SigningPolicy.LAX).withGater(null);

    private final CountedTurns environment = new CountedTurns(SystemEnvironment.shared());
    private final List<Connection> connections = new ArrayList<>();
    private final Host host = Stub.of(
            Host.class, Map.of("environment", arguments -> environment, "connections", arguments -> connections));
    private final LockedRouter core =
            new LockedRouter(environment, RouterNetwork.id("self"), FAMILY, peer -> null, new VictimRouter.Output());
    private final PeerLinks links = new PeerLinks(host, core, FAMILY);
    private int done;

    private PeerLink link(String name) {
        return new PeerLink(environment, core, links, RouterNetwork.id(name), PubSubLimits.Queues.DEFAULT);
    }

    private Validation validation(MessageVerifier verifier) {
        return new Validation(environment, verifier, PubSubLimits.Queues.DEFAULT, new Validation.Parts() {
            @Override
            public List<PubSub.Validator> validators(String topic) {
                return List.of();
            }

            @Override
            public LockedRouter core() {
                return core;
            }
        });
    }

    /** Empty RPCs, each of which takes a while to come. */
    private InputStream rpcs() {
        return new InputStream() {
            @Override
            public int read() {
                environment.pass(NANOS);
                done++;
                return 0;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                target[offset] = (byte) read();
                return 1;
            }
        };
    }

    @Test
    void readingRpcs() {
        InputStream rpcs = rpcs();
        Connection connection = Stub.of(
                Connection.class,
                Map.of(
                        "scope",
                        arguments -> Stub.of(
                                ConnectionScope.class,
                                Map.of("reserve", bytes -> Stub.of(Reservation.class, Map.of())))));
        Stream stream = Stub.of(
                Stream.class,
                Map.of(
                        "input",
                        arguments -> rpcs,
                        "connection",
                        arguments -> connection,
                        "onReadable",
                        arguments -> done < PIECES));
        new InboundStream(
                        environment,
                        core,
                        validation(message -> {}),
                        link("peer"),
                        stream,
                        PubSubLimits.DEFAULT.frame())
                .begin();
        assertThat(done).isEqualTo(PIECES);
        assertThat(environment.given()).isBetween(90, 100);
    }

    @Test
    void checkingMessages() {
        PeerId peer = RouterNetwork.id("peer");
        Validation validation = validation(message -> {
            environment.pass(NANOS);
            done++;
            throw new SignatureException("forged");
        });
        for (int i = 0; i < PIECES; i++) {
            byte[] id = ByteBuffer.allocate(4).putInt(i).array();
            validation.offer(new PendingMessage(Message.anonymous("topic", new byte[1]), MessageId.of(id), peer));
        }
        validation.help();
        environment.runThreads();
        assertThat(done).isEqualTo(PIECES);
        assertThat(environment.given()).isBetween(90, 100);
    }

    /** Each RPC that one peer takes is followed by one to the other. */
    @Test
    void sending() {
        List<PeerLink> both = List.of(link("one"), link("other"));
        for (int i = 0; i < 2; i++) {
            PeerLink next = both.get(1 - i);
            Stream stream = stream(() -> {
                environment.pass(NANOS);
                if (++done < PIECES) {
                    queue(next);
                }
            });
            connections.clear();
            connections.add(connection(stream));
            both.get(i).open();
        }
        queue(both.getFirst());
        environment.runThreads();
        assertThat(done).isEqualTo(PIECES);
        assertThat(environment.given()).isBetween(90, 100);
    }

    private void queue(PeerLink link) {
        core.view(view -> {
            link.offer(Rpc.of(Message.anonymous("topic", new byte[1])), Priority.CONTROL);
            core.markPending(link);
            return true;
        });
    }

    private static Stream stream(Runnable written) {
        Connection connection = Stub.of(
                Connection.class,
                Map.of(
                        "direction",
                        arguments -> Direction.INBOUND,
                        "remoteAddress",
                        arguments -> Multiaddr.parse("/ip4/192.0.2.1/tcp/1")));
        return Stub.of(
                Stream.class,
                Map.of(
                        "protocol",
                        arguments -> "/meshsub/1.2.0",
                        "connection",
                        arguments -> connection,
                        "scope",
                        arguments -> Stub.of(StreamScope.class, Map.of()),
                        "isWritable",
                        arguments -> true,
                        "write",
                        arguments -> {
                            written.run();
                            return null;
                        }));
    }

    private static Connection connection(Stream stream) {
        return Stub.of(
                Connection.class,
                Map.of("isOpen", arguments -> true, "opened", arguments -> Instant.EPOCH, "open", arguments -> stream));
    }
}
