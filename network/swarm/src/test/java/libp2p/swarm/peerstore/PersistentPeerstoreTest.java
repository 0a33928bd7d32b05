package libp2p.swarm.peerstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import libp2p.core.datastore.Datastore;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.Peerstore;
import libp2p.core.peer.Peerstore.DialHistory;
import libp2p.core.peer.Peerstore.KnownAddress;
import libp2p.core.peer.Peerstore.Source;
import libp2p.core.record.PeerRecord;
import libp2p.core.record.SignedEnvelope;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.Simulation;
import libp2p.storage.FileDatastore;
import libp2p.storage.MemoryDatastore;
import libp2p.swarm.testing.Peers;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersistentPeerstoreTest {
    private static final PeerId PEER = Peers.id(1);
    private static final Multiaddr A = Peers.address(1);
    private static final Multiaddr B = Peers.address(2);
    private static final Multiaddr C = Peers.address(3);

    /** A datastore that stays when a peerstore closes it, counts writes, and fails when told to. */
    private static final class Disk implements Datastore {
        final MemoryDatastore kept = new MemoryDatastore();
        int writes;
        boolean full;

        @Override
        public byte[] get(byte[] key) throws IOException {
            return kept.get(key);
        }

        @Override
        public void write(List<Change> batch) throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
            writes++;
            kept.write(batch);
        }

        @Override
        public Entries scan(Scan prefix) throws IOException {
            return kept.scan(prefix);
        }

        @Override
        public void close() {}
    }

    @Test
    void everythingAboutAPeerIsThereAfterReopening() {
        Simulation.run(1, simulation -> {
            var host = simulation.host("host");
            Disk disk = new Disk();
            Identity identity = Identity.generate(KeyType.RSA, host);
            PeerId peer = identity.peerId();
            SignedEnvelope record = PeerRecord.seal(identity, 7, List.of(C));
            Instant dialed = host.wallClock();
            try (PersistentPeerstore store = PersistentPeerstore.open(host, disk)) {
                store.addAddresses(peer, List.of(A), Source.USER, Peerstore.PERMANENT);
                store.addAddresses(peer, List.of(B), Source.IDENTIFY, Duration.ofHours(1));
                store.consume(record, Duration.ofHours(1));
                store.dialed(peer, A, true);
                store.dialed(peer, B, false);
                store.addKey(peer, identity.publicKey());
                store.setProtocols(peer, List.of("/b", "/a"));
                store.putMetadata(peer, "agent", "é/1");
            }
            try (PersistentPeerstore store = PersistentPeerstore.open(host, disk)) {
                assertThat(store.peers()).containsExactly(peer);
                assertThat(store.knownAddresses(peer))
                        .containsExactly(
                                new KnownAddress(A, Source.USER, false),
                                new KnownAddress(C, Source.SIGNED_RECORD, true),
                                new KnownAddress(B, Source.IDENTIFY, false));
                assertThat(store.history(peer, A)).isEqualTo(new DialHistory(dialed, null, 0));
                assertThat(store.history(peer, B)).isEqualTo(new DialHistory(null, dialed, 1));
                assertThat(store.publicKey(peer)).isEqualTo(identity.publicKey());
                assertThat(store.protocols(peer)).containsExactly("/a", "/b");
                assertThat(store.metadata(peer, "agent")).isEqualTo("é/1");
                assertThat(store.record(peer).toBytes()).isEqualTo(record.toBytes());
                assertThat(store.consume(PeerRecord.seal(identity, 6, List.of(A)), Duration.ofHours(1)))
                        .as("an older record")
                        .isFalse();
            }
        });
    }

    @Test
    void timePassesWhileTheStoreIsClosed() {
        Simulation.run(1, simulation -> {
            var host = simulation.host("host");
            Disk disk = new Disk();
            try (PersistentPeerstore store = PersistentPeerstore.open(host, disk)) {
                store.addAddresses(PEER, List.of(A), Source.ROUTING, Duration.ofHours(1));
                store.addAddresses(PEER, List.of(B), Source.ROUTING, Duration.ofHours(3));
                store.addAddresses(PEER, List.of(C), Source.CONNECTION, Peerstore.CONNECTED);
                store.addAddresses(Peers.id(2), List.of(A), Source.ROUTING, Duration.ofHours(1));
            }
            simulation.sleep(Duration.ofHours(2));
            try (PersistentPeerstore store = PersistentPeerstore.open(host, disk)) {
                assertThat(store.addresses(PEER)).containsExactly(C, B);
                assertThat(store.peers()).containsExactly(PEER);
                simulation.sleep(Peerstore.RECENTLY_CONNECTED);
                assertThat(store.addresses(PEER))
                        .as("the peer is not connected")
                        .containsExactly(B);
                store.flush();
                assertThat(disk.get(PersistentPeerstore.key(Peers.id(2)))).isNull();
            }
        });
    }

    @Test
    void manyChangesAreOneWriteAndRemovalsAreWritten() {
        Simulation.run(1, simulation -> {
            var host = simulation.host("host");
            Disk disk = new Disk();
            try (PersistentPeerstore store = PersistentPeerstore.open(host, disk)) {
                for (int i = 0; i < 100; i++) {
                    store.addAddresses(Peers.id(i % 10), List.of(Peers.address(i)), Source.USER, Peerstore.PERMANENT);
                }
                simulation.sleep(Duration.ofSeconds(2));
                assertThat(disk.writes).isEqualTo(1);
                store.remove(Peers.id(3));
                store.flush();
                assertThat(disk.writes).isEqualTo(2);
            }
            try (PersistentPeerstore store = PersistentPeerstore.open(host, disk)) {
                assertThat(store.peers()).hasSize(9).doesNotContain(Peers.id(3));
            }
        });
    }

    @Test
    void aFullDiskCostsPersistenceOnlyAndIsTriedAgain() {
        Simulation.run(1, simulation -> {
            var host = simulation.host("host");
            Disk disk = new Disk();
            try (PersistentPeerstore store = PersistentPeerstore.open(host, disk)) {
                disk.full = true;
                store.addAddresses(PEER, List.of(A), Source.USER, Peerstore.PERMANENT);
                assertThatThrownBy(store::flush)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("No space left on device");
                assertThat(store.addresses(PEER)).containsExactly(A);
                disk.full = false;
                simulation.sleep(Duration.ofMinutes(1));
                assertThat(disk.get(PersistentPeerstore.key(PEER))).isNotNull();
            }
        });
    }

    @Test
    void whatIsNoPeerIsPassedOver() {
        Simulation.run(1, simulation -> {
            var host = simulation.host("host");
            Disk disk = new Disk();
            disk.kept.put(PersistentPeerstore.key(PEER), new byte[] {1, 2, 3});
            disk.kept.put("peers/no id".getBytes(), new byte[0]);
            disk.kept.put("something else".getBytes(), new byte[] {1});
            try (PersistentPeerstore store = PersistentPeerstore.open(host, disk)) {
                assertThat(store.peers()).isEmpty();
                store.addAddresses(PEER, List.of(A), Source.USER, Peerstore.PERMANENT);
            }
            try (PersistentPeerstore store = PersistentPeerstore.open(host, disk)) {
                assertThat(store.addresses(PEER)).containsExactly(A);
            }
        });
    }

    @Test
    void whatTurnsOutToBeDamagedWhenItIsUsedIsForgotten() {
        Simulation.run(1, simulation -> {
            var host = simulation.host("host");
            Disk disk = new Disk();
            byte[] key = PersistentPeerstore.key(PEER);
            try (PersistentPeerstore store = PersistentPeerstore.open(host, disk)) {
                store.addAddresses(PEER, List.of(A), Source.USER, Peerstore.PERMANENT);
            }
            byte[] whole = disk.get(key);
            disk.kept.put(key, Arrays.copyOf(whole, whole.length - 1));
            try (PersistentPeerstore store = PersistentPeerstore.open(host, disk)) {
                assertThat(store.addresses(PEER)).isEmpty();
                assertThat(store.peers()).isEmpty();
                store.flush();
                assertThat(disk.get(key)).isNull();
            }
        });
    }

    @Test
    void entriesOfAFormWithoutASummaryAreRead() {
        Simulation.run(1, simulation -> {
            var host = simulation.host("host");
            Disk disk = new Disk();
            byte[] key = PersistentPeerstore.key(PEER);
            try (PersistentPeerstore store = PersistentPeerstore.open(host, disk)) {
                store.addAddresses(PEER, List.of(A), Source.USER, Peerstore.PERMANENT);
            }
            byte[] whole = disk.get(key);
            disk.kept.put(key, Arrays.copyOfRange(whole, 2 + whole[1], whole.length));
            try (PersistentPeerstore store = PersistentPeerstore.open(host, disk)) {
                assertThat(store.addresses(PEER)).containsExactly(A);
            }
        });
    }

    @Test
    void peersThatAreReadWhenTheyAreUsedStayWithinTheBounds() {
        Simulation.run(1, simulation -> {
            var host = simulation.host("host");
            Disk disk = new Disk();
            PeerstoreLimits limits = PeerstoreLimits.DEFAULT.withBytes(300_000);
            try (PersistentPeerstore store = PersistentPeerstore.open(
                    host, disk, limits.withBytes(1 << 30), PersistentPeerstore.Options.DEFAULT)) {
                for (int i = 0; i < 500; i++) {
                    store.addAddresses(
                            Peers.id(i),
                            List.of(Peers.address(i), Peers.address(1000 + i)),
                            Source.ROUTING,
                            Duration.ofHours(1));
                }
            }
            try (PersistentPeerstore store =
                    PersistentPeerstore.open(host, disk, limits, PersistentPeerstore.Options.DEFAULT)) {
                assertThat(store.peers()).as("as they are on the disk").hasSize(500);
                for (PeerId peer : store.peers()) {
                    store.addresses(peer);
                }
                assertThat(store.peers())
                        .as("after use")
                        .hasSizeBetween(300, 450)
                        .contains(Peers.id(499));
                store.flush();
                List<PeerId> left = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    if (disk.get(PersistentPeerstore.key(Peers.id(i))) != null) {
                        left.add(Peers.id(i));
                    }
                }
                assertThat(left).as("on the disk").isEqualTo(store.peers());
            }
        });
    }

    /** An id like that of an RSA key: any bytes. */
    private static PeerId randomId(int number) {
        byte[] id = new byte[34];
        new Random(number).nextBytes(id);
        id[0] = 0x12;
        id[1] = 32;
        return PeerId.fromBytes(id);
    }

    private static PersistentPeerstore open(Path file) throws IOException {
        SystemEnvironment environment = SystemEnvironment.shared();
        return PersistentPeerstore.open(
                environment,
                FileDatastore.open(environment, file),
                PeerstoreLimits.DEFAULT.withBytes(256L << 20),
                PersistentPeerstore.Options.DEFAULT);
    }

    /** Opens a peerstore in a JVM of its own and prints how long it took. */
    static final class Start {
        private Start() {}

        public static void main(String[] arguments) throws IOException {
            long start = System.nanoTime();
            try (PersistentPeerstore store = open(Path.of(arguments[0]))) {
                System.out.println((System.nanoTime() - start) / 1_000_000 + " ms (its threads on the processors "
                        + processorNanos() / 1_000_000 + " ms) for "
                        + store.peers().size());
            }
        }
    }

    /** Prints how long it takes in five new JVMs with the flags of the program, and how much of the processors. */
    @Test
    @Tag("long")
    void aHundredThousandPeersAreReadAtTheStart(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("store");
        try (PersistentPeerstore store = open(file)) {
            for (int i = 0; i < 100_000; i++) {
                PeerId peer = randomId(i);
                store.addAddresses(
                        peer,
                        List.of(Peers.address(i), Peers.address(i + 1), Peers.address(i + 2)),
                        Source.IDENTIFY,
                        Duration.ofDays(1));
                store.setProtocols(peer, List.of("/ipfs/id/1.0.0", "/ipfs/kad/1.0.0", "/ipfs/ping/1.0.0"));
            }
        }
        for (int i = 0; i < 5; i++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Start.class.getName(),
                            file.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            System.out.print("start with 100,000 peers, load average "
                    + ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage() + ": " + answer);
            assertThat(answer).endsWith(" for 100000" + System.lineSeparator());
        }
        try (PersistentPeerstore store = open(file)) {
            assertThat(store.addresses(randomId(77_777))).hasSize(3);
        }
    }

    /** Processor time of all threads of the program, those of the JVM itself left out. */
    private static long processorNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return LongStream.of(threads.getAllThreadIds())
                .map(id -> Math.max(0, threads.getThreadCpuTime(id)))
                .sum();
    }
}
