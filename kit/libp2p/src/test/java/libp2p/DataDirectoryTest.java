package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import libp2p.auth.AccessControlList;
import libp2p.auth.Permission;
import libp2p.auth.Role;
import libp2p.core.connection.Connection;
import libp2p.core.connection.DialException;
import libp2p.core.connection.GatedException;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.swarm.gate.GaterLists;
import libp2p.swarm.peerstore.MemoryPeerstore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that keeps its key and its peers in a folder. */
class DataDirectoryTest {
    @TempDir
    Path folder;

    private Host host() throws IOException {
        return Libp2p.host().dataDirectory(folder.resolve("data")).start();
    }

    @Test
    void theHostIsTheSameAndKnowsItsPeersAfterARestart() throws IOException {
        try (Host server = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start()) {
            PeerId id;
            try (Host host = host()) {
                id = host.peerId();
                host.connect(PeerAddress.of(server.peerId(), server.addresses()));
            }
            try (Host host = host()) {
                assertThat(host.peerId()).isEqualTo(id);
                assertThat(host.peerstore().peers()).contains(server.peerId());
                assertThat(host.connect(PeerAddress.of(server.peerId())).remotePeer())
                        .isEqualTo(server.peerId());
            }
        }
    }

    @Test
    void whoIsBlockedStaysSoAfterARestart() throws IOException {
        try (Host server = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start()) {
            PeerAddress address = PeerAddress.of(server.peerId(), server.addresses());
            try (Host host = host()) {
                Connection connection = host.connect(address);
                host.service(GaterLists.class).orElseThrow().block(server.peerId());
                awaitEnd(host, connection);
            }
            try (Host host = host()) {
                assertThatThrownBy(() -> host.connect(address)).isInstanceOf(GatedException.class);
                host.service(GaterLists.class).orElseThrow().unblock(server.peerId());
                host.connect(address);
                host.service(GaterLists.class).orElseThrow().block(Subnet.parse("127.0.0.0/8"));
            }
            try (Host host = host()) {
                assertThatThrownBy(() -> host.connect(address))
                        .isInstanceOfSatisfying(
                                DialException.class,
                                refused -> assertThat(refused.causes().values())
                                        .singleElement()
                                        .isInstanceOf(GatedException.class));
            }
        }
    }

    /** A copy of the folder of a running host is what a process leaves that is killed. */
    @Test
    void rolesAreThereAfterAKill() throws IOException {
        PeerId peer = PeerId.parse("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA");
        Path killed = folder.resolve("killed");
        AccessControlList roles = new AccessControlList();
        try (Host host =
                Libp2p.host().dataDirectory(folder.resolve("data")).with(roles).start()) {
            roles.define(new Role("auditor"), Set.of(Permission.READ, Permission.ADMIN));
            roles.assignRole(host.peerId(), Role.MODERATOR);
            roles.assignRole(peer, new Role("auditor"));
            Files.createDirectory(killed);
            try (Stream<Path> files = Files.list(folder.resolve("data"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, killed.resolve(file.getFileName()));
                }
            }
        }
        AccessControlList again = new AccessControlList();
        try (Host host = Libp2p.host().dataDirectory(killed).with(again).start()) {
            assertThat(again.role(host.peerId())).isEqualTo(Role.MODERATOR);
            assertThat(again.hasPermission(peer, Permission.ADMIN)).isTrue();
            assertThat(again.hasPermission(peer, Permission.WRITE)).isFalse();
        }
    }

    private static void awaitEnd(Host host, Connection connection) {
        try (Subscription<ConnectednessChanged> events = host.events().subscribe(ConnectednessChanged.class)) {
            while (connection.isOpen() || !host.connections().isEmpty()) {
                assertThat(events.take(Deadline.after(host.environment(), Duration.ofMinutes(1))))
                        .isNotNull();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theFolderIsGivenBackAlsoIfThePeersAreKeptElsewhere() throws IOException {
        try (Host host = Libp2p.host()
                .dataDirectory(folder.resolve("data"))
                .peerstore(new MemoryPeerstore(SystemEnvironment.shared()))
                .start()) {
            host.service(GaterLists.class).orElseThrow().block(Subnet.parse("10.0.0.0/8"));
        }
        try (Host host = host()) {
            assertThat(host.service(GaterLists.class).orElseThrow().blockedSubnets())
                    .containsExactly(Subnet.parse("10.0.0.0/8"));
        }
    }

    /** Each user of the machine could put another key and other peers there. */
    @Test
    void aFolderThatEveryUserMayChangeIsRefused() throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(this::host).isInstanceOf(IOException.class).hasMessageContaining("chmod o-w " + data);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        host().close();
    }

    @Test
    void aSecondHostIsRefusedAndTheFolderIsFreeAfterwards() throws IOException {
        try (Host first = host()) {
            assertThatThrownBy(this::host).isInstanceOf(IOException.class).hasMessageContaining("another process");
            assertThat(first.peerstore().peers()).isEmpty();
        }
        host().close();
    }

    @Test
    void aHostThatCannotListenGivesTheFolderBack() throws IOException {
        assertThatThrownBy(() -> Libp2p.host()
                        .dataDirectory(folder.resolve("data"))
                        .listen("/ip4/203.0.113.1/tcp/1")
                        .start())
                .isInstanceOf(IOException.class);
        host().close();
    }
}
