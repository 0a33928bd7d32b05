package libp2p.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.auth.AccessRules;
import libp2p.auth.Effect;
import libp2p.auth.FileRules;
import libp2p.auth.Rule;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.connection.UnauthorizedException;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Authorizer;
import libp2p.core.identity.PeerId;
import libp2p.core.metrics.HostObserver;
import libp2p.core.resource.Direction;
import libp2p.protocols.echo.Echo;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Permissions per protocol between whole hosts: who is refused, when, and what the others see of it. */
class AuthorizationTest {
    private static final String FILES = "/files/1.0.0";

    /** The refusals that a host tells of. */
    private static final class Refusals implements HostObserver {
        final List<Throwable> causes = new ArrayList<>();

        @Override
        public void refused(String where, Throwable cause) {
            assertThat(where).isEqualTo("authorization");
            causes.add(cause);
        }
    }

    private static String ask(TestNode client, TestNode server, String protocol) throws IOException {
        try (Stream stream = client.open(server, protocol)) {
            stream.write("hello".getBytes(UTF_8));
            stream.closeWrite();
            return new String(stream.input().readNBytes(5), UTF_8);
        }
    }

    private static void assertGated(TestNode client, TestNode server, String protocol) {
        assertThatThrownBy(() -> ask(client, server, protocol))
                .isInstanceOfSatisfying(StreamResetException.class, reset -> {
                    assertThat(reset.code()).isEqualTo(ErrorCode.STREAM_GATED);
                    assertThat(reset.isRemote()).isTrue();
                });
    }

    @Test
    void aPeerWithoutPermissionNeverReachesTheHandlerAndTheOthersDo() {
        World.underManySeeds(world -> {
            AccessRules rules = new AccessRules(Effect.DENY).add(Rule.allow("/ipfs/*"));
            Refusals refusals = new Refusals();
            TestNode server =
                    world.node("server", builder -> builder.authorizer(rules).observer(refusals));
            TestNode friend = world.node("friend");
            TestNode stranger = world.node("stranger");
            List<PeerId> served = new ArrayList<>();
            server.host().handle(FILES, stream -> {
                served.add(stream.connection().remotePeer());
                stream.write(stream.input().readNBytes(5));
            });
            rules.add(Rule.allow("/files/*").forPeer(friend.id()).inbound());
            world.together(
                    () -> assertThat(ask(friend, server, FILES)).isEqualTo("hello"),
                    () -> assertGated(stranger, server, FILES));
            assertGated(stranger, server, Echo.PROTOCOL);
            assertThat(served).containsExactly(friend.id());
            assertThat(refusals.causes)
                    .hasSize(2)
                    .allSatisfy(cause -> assertThat(cause)
                            .isInstanceOfSatisfying(UnauthorizedException.class, refused -> {
                                assertThat(refused.peer()).isEqualTo(stranger.id());
                                assertThat(refused.direction()).isEqualTo(Direction.INBOUND);
                            }));
            stranger.ping(server);
            assertThat(stranger.connections(server))
                    .as("the connection lives on")
                    .hasSize(1);
        });
    }

    @Test
    void thisHostMayBeKeptFromAProtocolTooAndTakesAnotherThatItMayUse() {
        World.underManySeeds(world -> {
            AccessRules rules =
                    new AccessRules(Effect.ALLOW).add(Rule.deny(FILES).outbound());
            TestNode client = world.node("client", builder -> builder.authorizer(rules));
            TestNode server = world.node("server");
            server.host().handle(FILES, stream -> {
                throw new AssertionError("opened");
            });
            assertThatThrownBy(() -> client.open(server, FILES))
                    .isInstanceOf(UnauthorizedException.class)
                    .hasMessage("this host may not use " + FILES + " with peer " + server.id());
            client.awaitIdentified();
            try (Stream stream = client.host().open(server.address(), FILES, Echo.PROTOCOL)) {
                assertThat(stream.protocol()).isEqualTo(Echo.PROTOCOL);
            }
        });
    }

    @Test
    void takingAPermissionAwayResetsTheStreamsThatLiveByIt() {
        World.underManySeeds(world -> {
            TestNode client = world.node("client");
            AccessRules rules = new AccessRules(Effect.ALLOW);
            TestNode server = world.node("server", builder -> builder.authorizer(rules));
            Stream stream = client.open(server, Echo.PROTOCOL);
            stream.write(new byte[] {1});
            assertThat(stream.input().read()).isEqualTo(1);
            world.together(
                    () -> assertThatThrownBy(() -> stream.input().read())
                            .isInstanceOfSatisfying(
                                    StreamResetException.class,
                                    reset -> assertThat(reset.code()).isEqualTo(ErrorCode.STREAM_GATED)),
                    () -> rules.add(Rule.deny(Echo.PROTOCOL).forPeer(client.id())));
            assertGated(client, server, Echo.PROTOCOL);
            rules.replace(List.of());
            try (Stream again = client.open(server, Echo.PROTOCOL)) {
                again.write(new byte[] {2});
                assertThat(again.input().read()).isEqualTo(2);
            }
        });
    }

    @Test
    void theRulesOfAFileFollowTheFileWithinSecondsAndOutliveItsMistakes(@TempDir Path folder) {
        Path file = folder.resolve("rules");
        World.underSeeds(3, world -> {
            Files.writeString(file, "default allow");
            TestNode client = world.node("client");
            FileRules rules = FileRules.open(file);
            TestNode server = world.node("server", builder -> builder.authorizer(rules));
            Stream stream = client.open(server, Echo.PROTOCOL);
            stream.write(new byte[] {1});
            assertThat(stream.input().read()).isEqualTo(1);
            Files.writeString(file, "allow both /ipfs/* *");
            assertThatThrownBy(() -> stream.input().read())
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            reset -> assertThat(reset.code()).isEqualTo(ErrorCode.STREAM_GATED));
            assertGated(client, server, Echo.PROTOCOL);
            Files.writeString(file, "default maybe");
            world.sleep(Duration.ofSeconds(11));
            assertGated(client, server, Echo.PROTOCOL);
            Files.delete(file);
            world.sleep(Duration.ofSeconds(11));
            assertGated(client, server, Echo.PROTOCOL);
            Files.writeString(file, "default allow");
            world.sleep(Duration.ofSeconds(11));
            try (Stream again = client.open(server, Echo.PROTOCOL)) {
                again.write(new byte[] {2});
                assertThat(again.input().read()).isEqualTo(2);
            }
            assertThat(rules.reload()).isFalse();
        });
    }

    /** However the change falls between the steps of a stream that opens, none is left that the rules refuse. */
    @Test
    void noStreamSlipsThroughWhileTheRulesChange() {
        World.underManySeeds(world -> {
            TestNode client = world.node("client");
            AccessRules rules = new AccessRules(Effect.ALLOW);
            TestNode server = world.node("server", builder -> builder.authorizer(rules));
            client.connect(server);
            world.together(
                    () -> {
                        try {
                            client.open(server, Echo.PROTOCOL).write(new byte[] {1});
                        } catch (StreamResetException refused) {
                            assertThat(refused.code()).isEqualTo(ErrorCode.STREAM_GATED);
                        }
                    },
                    () -> {
                        world.sleep(Duration.ofNanos(world.random().nextLong(3_000_000)));
                        rules.add(Rule.deny(Echo.PROTOCOL));
                    });
            world.sleep(Duration.ofSeconds(1));
            world.simulation().settle();
            assertThat(server.host().connections())
                    .flatExtracting(Connection::streams)
                    .extracting(Stream::protocol)
                    .doesNotContain(Echo.PROTOCOL);
        });
    }

    @Test
    void anAuthorizerThatThrowsRefuses() {
        World.underManySeeds(world -> {
            TestNode client = world.node("client");
            Authorizer broken = (connection, direction, protocol) -> {
                if (protocol.equals(Echo.PROTOCOL)) {
                    throw new IllegalStateException("broken");
                }
                return true;
            };
            TestNode server = world.node("server", builder -> builder.authorizer(broken));
            assertGated(client, server, Echo.PROTOCOL);
            client.ping(server);
        });
    }

    /** The case of a module of challenges: the decision waits for an exchange with the same peer on another stream. */
    @Test
    void aDecisionMayWaitForAProofOfThePeer() {
        String proof = "/proof/1.0.0";
        World.underManySeeds(world -> {
            Set<PeerId> proved = ConcurrentHashMap.newKeySet();
            AccessRules rules = new AccessRules(Effect.ALLOW)
                    .add(Rule.allow(FILES)
                            .inbound()
                            .forSubject(connection -> proved.contains(connection.remotePeer())
                                    || proves(connection, world) && proved.add(connection.remotePeer())))
                    .add(Rule.deny(FILES).inbound());
            TestNode server = world.node("server", builder -> builder.authorizer(rules));
            server.host().handle(FILES, stream -> stream.write(stream.input().readNBytes(5)));
            TestNode honest = world.node("honest");
            TestNode liar = world.node("liar");
            honest.host().handle(proof, stream -> stream.write(new byte[] {42}));
            liar.host().handle(proof, stream -> stream.write(new byte[] {41}));
            world.together(
                    () -> assertThat(ask(honest, server, FILES)).isEqualTo("hello"),
                    () -> assertGated(liar, server, FILES));
        });
    }

    private static boolean proves(Connection connection, World world) {
        Deadline deadline = Deadline.after(world.nodes().getFirst().environment(), Duration.ofSeconds(5));
        try (Stream stream = connection.open(deadline, "/proof/1.0.0")) {
            stream.closeWrite();
            return stream.input().read() == 42;
        } catch (IOException e) {
            return false;
        }
    }
}
