package libp2p.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import libp2p.auth.AccessControlList;
import libp2p.auth.FileRules;
import libp2p.auth.Permission;
import libp2p.auth.Role;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.protocols.echo.Echo;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access by role between whole hosts: what a peer without a permission reads, and what becomes of open streams. */
class AccessByRoleTest {
    private static final String DATA = "/secure-data/1.0.0";
    private static final String RESPONSE = "SECURE_DATA_RESPONSE";
    private static final String DENIED = "ACCESS_DENIED";

    private static String ask(TestNode client, TestNode server, String protocol) throws IOException {
        try (Stream stream = client.open(server, protocol)) {
            return new String(stream.input().readAllBytes(), UTF_8);
        }
    }

    private static void assertReset(Stream stream) {
        assertThatThrownBy(() -> stream.input().read()).isInstanceOfSatisfying(StreamResetException.class, reset -> {
            assertThat(reset.code()).isEqualTo(ErrorCode.STREAM_GATED);
            assertThat(reset.isRemote()).isTrue();
        });
    }

    /** The seed's roles against its permissions: 10 of 16 streams are served, the others read ACCESS_DENIED and the end. */
    @Test
    void everyRoleReachesTheHandlersThatItMayAndNoOthers() {
        World.underSeeds(3, world -> {
            AccessControlList roles = new AccessControlList();
            TestNode server = world.node("server", builder -> builder.with(roles));
            for (Permission permission : Permission.values()) {
                server.host()
                        .handle(
                                "/" + permission + "/1",
                                roles.secure(permission, stream -> stream.write(RESPONSE.getBytes(UTF_8))));
            }
            int served = 0;
            for (Role role : List.of(Role.ADMIN, Role.MODERATOR, Role.USER, Role.GUEST)) {
                TestNode client = world.node(role.name());
                roles.assignRole(client.id(), role);
                for (Permission permission : Permission.values()) {
                    boolean allowed = roles.permissions(role).contains(permission);
                    served += allowed ? 1 : 0;
                    assertThat(ask(client, server, "/" + permission + "/1"))
                            .as("%s %s", role, permission)
                            .isEqualTo(allowed ? RESPONSE : DENIED);
                }
            }
            assertThat(served).isEqualTo(10);
        });
    }

    @Test
    void aRoleThatIsTakenAwayResetsTheStreamsThatLiveByItAndNoOthers() {
        World.underManySeeds(world -> {
            AccessControlList roles = new AccessControlList();
            TestNode server = world.node("server", builder -> builder.with(roles));
            server.host()
                    .handle(
                            DATA,
                            roles.secure(
                                    Permission.WRITE, stream -> stream.input().transferTo(stream.output())));
            TestNode client = world.node("client");
            TestNode other = world.node("other");
            roles.assignRole(client.id(), Role.MODERATOR);
            roles.assignRole(other.id(), Role.USER);
            Stream lost = client.open(server, DATA);
            Stream kept = other.open(server, DATA);
            Stream unsecured = client.open(server, Echo.PROTOCOL);
            for (Stream stream : List.of(lost, kept, unsecured)) {
                echo(stream);
            }
            roles.assignRole(client.id(), Role.USER); // which has the permission too
            echo(lost);
            world.together(() -> assertReset(lost), () -> roles.assignRole(client.id(), Role.GUEST));
            assertThat(ask(client, server, DATA)).isEqualTo(DENIED);
            echo(kept);
            echo(unsecured);
            world.together(() -> assertReset(kept), () -> roles.define(Role.USER, Set.of(Permission.READ)));
            kept.close();
            unsecured.close();
        });
    }

    private static void echo(Stream stream) throws IOException {
        stream.write(new byte[] {7});
        assertThat(stream.input().read()).isEqualTo(7);
    }

    /** A stream that its handler has handed on is under the same rule. */
    @Test
    void aDetachedStreamIsLookedAtAgainToo() {
        World.underManySeeds(world -> {
            AccessControlList roles = new AccessControlList();
            TestNode server = world.node("server", builder -> builder.with(roles));
            server.host().handle(DATA, roles.secure(Permission.WRITE, stream -> {
                stream.write(new byte[] {7});
                stream.detach();
            }));
            TestNode client = world.node("client");
            roles.assignRole(client.id(), Role.USER);
            Stream stream = client.open(server, DATA);
            assertThat(stream.input().read()).isEqualTo(7);
            world.together(() -> assertReset(stream), () -> roles.assignRole(client.id(), Role.GUEST));
        });
    }

    /** However the change falls between the steps of a stream that opens, none is left that the roles refuse. */
    @Test
    void noStreamSlipsThroughWhileARoleChanges() {
        World.underManySeeds(world -> {
            AccessControlList roles = new AccessControlList();
            TestNode server = world.node("server", builder -> builder.with(roles));
            server.host().handle(DATA, roles.secure(Permission.WRITE, stream -> {
                stream.write(new byte[] {7});
                stream.detach();
            }));
            TestNode client = world.node("client");
            roles.assignRole(client.id(), Role.USER);
            client.connect(server);
            world.together(
                    () -> {
                        Stream stream = client.open(server, DATA);
                        try {
                            stream.input().readAllBytes();
                            stream.close();
                        } catch (StreamResetException refused) {
                            assertThat(refused.code()).isEqualTo(ErrorCode.STREAM_GATED);
                        }
                    },
                    () -> {
                        world.sleep(Duration.ofNanos(world.random().nextLong(3_000_000)));
                        roles.assignRole(client.id(), Role.GUEST);
                    });
            world.sleep(Duration.ofSeconds(1));
            world.simulation().settle();
            assertThat(server.host().connections())
                    .flatExtracting(Connection::streams)
                    .extracting(Stream::protocol)
                    .doesNotContain(DATA);
        });
    }

    @Test
    void aListThatIsNoServiceOfTheHostLetsNoPeerIn() {
        World.underSeeds(1, world -> {
            AccessControlList roles = new AccessControlList();
            TestNode server = world.node("server");
            server.host().handle(DATA, roles.secure(Permission.READ, stream -> stream.write(new byte[] {7})));
            TestNode client = world.node("client");
            assertThatThrownBy(() -> ask(client, server, DATA)).isInstanceOf(StreamResetException.class);
        });
    }

    /** The rules of a file ask a list of roles, and its changes hold at once. */
    @Test
    void rulesOfAFileFollowTheRolesOfAList(@TempDir Path folder) {
        World.underSeeds(3, world -> {
            Path file = folder.resolve("rules");
            Files.writeString(file, "allow both /ipfs/* *\nallow inbound /echo/* role:user");
            AccessControlList roles = new AccessControlList();
            FileRules rules = FileRules.open(file, roles);
            TestNode server =
                    world.node("server", builder -> builder.authorizer(rules).with(roles));
            TestNode client = world.node("client");
            roles.assignRole(client.id(), Role.USER);
            Stream stream = client.open(server, Echo.PROTOCOL);
            echo(stream);
            world.together(() -> assertReset(stream), () -> roles.assignRole(client.id(), Role.GUEST));
            Stream refused = client.open(server, Echo.PROTOCOL);
            refused.write(new byte[] {7});
            assertReset(refused);
            roles.assignRole(client.id(), Role.USER);
            try (Stream again = client.open(server, Echo.PROTOCOL)) {
                echo(again);
            }
        });
    }

    /** A peer that opens stream after stream on one connection does not make the list of them grow. */
    @Test
    void streamsThatHaveEndedAreForgotten() {
        World.underSeeds(1, world -> {
            AccessControlList roles = new AccessControlList();
            TestNode server = world.node("server", builder -> builder.with(roles));
            server.host().handle(DATA, roles.secure(Permission.READ, stream -> stream.write(RESPONSE.getBytes(UTF_8))));
            TestNode client = world.node("client");
            for (int i = 0; i < 200; i++) {
                assertThat(ask(client, server, DATA)).isEqualTo(RESPONSE);
            }
            assertThat(roles.rememberedStreams()).isLessThan(60);
            client.connections(server).getFirst().close(ErrorCode.NONE, "done");
            world.sleep(Duration.ofSeconds(1));
            world.simulation().settle();
            assertThat(roles.rememberedStreams()).isZero();
        });
    }
}
