package libp2p.node;

import static libp2p.node.Commands.complaint;
import static libp2p.node.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.stream.Stream;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code p2p identify}: the figures of a connection over QUIC, {@code --qlog} and {@code --keylog}. */
class DiagnosticsTest {
    @Test
    void identifyTellsWhatTheConnectionIsLike() throws IOException {
        try (Host host = Libp2p.host().listen("/ip4/127.0.0.1/udp/0/quic-v1").start()) {
            String address = host.fullAddresses().getFirst().toString();
            assertThat(run(0, "identify", address, "--json"))
                    .containsPattern("\"connection\":\\{\"quic_version\":1,\"cipher\":\"TLS_[A-Z0-9_]+\","
                            + "\"round_trip_ms\":[0-9.E-]+,\"least_round_trip_ms\":[0-9.E-]+,"
                            + "\"congestion_window\":[0-9]+,\"bytes_in_flight\":[0-9]+,\"path_mtu\":1[0-9]{3},"
                            + "\"gso\":(true|false),\"gro\":(true|false),\"ecn\":(true|false),\"key_updates\":0}");
            assertThat(run(0, "identify", address)).contains("connection {quic_version=1, cipher=TLS_");
        }
    }

    @Test
    void overTcpThereAreNoFigures() throws IOException {
        try (Host host = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start()) {
            String address = host.fullAddresses().getFirst().toString();
            assertThat(run(0, "identify", address, "--json")).contains("\"connection\":{}");
        }
    }

    @Test
    void theKeysOfTlsOverTcpAreWrittenToo(@TempDir Path folder) throws IOException {
        Path keys = folder.resolve("keys");
        try (Host host = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start()) {
            String address = host.fullAddresses().getFirst().toString();
            run(0, "identify", address, "--security", "tls", "--keylog", keys.toString());
            assertThat(Files.readAllLines(keys))
                    .hasSize(4)
                    .allMatch(line -> line.matches("(CLIENT|SERVER)_(HANDSHAKE_TRAFFIC_SECRET|TRAFFIC_SECRET_0) "
                            + "[0-9a-f]{64} [0-9a-f]{64}"));
            run(0, "identify", address, "--security", "tls", "--keylog", keys.toString());
            assertThat(Files.readAllLines(keys)).as("keys are added").hasSize(8);
            run(0, "identify", address, "--security", "noise", "--keylog", keys.toString());
            assertThat(Files.readAllLines(keys)).as("Noise has no such log").hasSize(8);
        }
    }

    @Test
    void logsAndKeysAreWrittenAndTheKeysWarnedOf(@TempDir Path folder) throws IOException {
        Path logs = folder.resolve("logs");
        Path keys = folder.resolve("keys");
        try (Host host = Libp2p.host().listen("/ip4/127.0.0.1/udp/0/quic-v1").start()) {
            String address = host.fullAddresses().getFirst().toString();
            assertThat(complaint(0, "identify", address, "--qlog", logs.toString(), "--keylog", keys.toString()))
                    .contains("warning: the keys of all connections over QUIC and TLS are written to " + keys);
        }
        List<String> lines = Files.readAllLines(keys);
        assertThat(lines)
                .hasSize(4)
                .allMatch(line -> line.matches(
                        "(CLIENT|SERVER)_(HANDSHAKE_TRAFFIC_SECRET|TRAFFIC_SECRET_0) " + "[0-9a-f]{64} [0-9a-f]{64}"));
        if (keys.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertThat(Files.getPosixFilePermissions(keys))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        }
        try (Stream<Path> files = Files.list(logs)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            assertThat(all.getFirst().getFileName().toString()).matches("[0-9a-f]{16}_client\\.sqlog");
            assertThat(Files.readString(all.getFirst()))
                    .startsWith("\u001e{\"qlog_version\":\"0.3\"")
                    .contains("transport:packet_sent", "transport:packet_received", "connection_closed")
                    .endsWith("}\n")
                    .doesNotContain(lines.getFirst().split(" ")[2]);
        }
    }
}
