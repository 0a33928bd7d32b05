package libp2p.swarm.peerstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.Peerstore;
import libp2p.core.peer.Peerstore.Source;
import libp2p.core.testing.KilledProgram;
import libp2p.storage.FileDatastore;
import libp2p.swarm.testing.Peers;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of a peerstore at random moments, while peers are added, changed and removed: all that was flushed is
 * there, and what was not is there whole or not at all.
 */
class KilledPeerstoreTest {
    @TempDir
    Path folder;

    /** The process to kill: it adds peers for ever and prints how many of them existed when a flush returned. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            PersistentPeerstore store = open(Path.of(arguments[0]));
            Random random = new Random(Long.parseLong(arguments[1]));
            int next = Integer.parseInt(arguments[2]);
            while (true) {
                for (int i = 1 + random.nextInt(20); i > 0; i--) {
                    add(store, next++);
                }
                store.flush();
                System.out.println(next);
            }
        }

        private static void add(Peerstore store, int number) {
            PeerId peer = Peers.id(number);
            store.addAddresses(
                    peer, List.of(Peers.address(number), Peers.address(number + 1)), Source.USER, Duration.ofDays(1));
            store.putMetadata(peer, "number", String.valueOf(number));
            store.setProtocols(peer, List.of("/a", "/b"));
            if (number % 10 == 9) {
                store.remove(Peers.id(number - 5));
            }
        }
    }

    private static PersistentPeerstore open(Path file) throws IOException {
        return PersistentPeerstore.open(
                SystemEnvironment.shared(), FileDatastore.open(SystemEnvironment.shared(), file));
    }

    @Test
    void whatWasFlushedIsThereAfterThreeKills() throws Exception {
        kill(3);
    }

    @Test
    @Tag("long")
    @Timeout(value = 60, unit = TimeUnit.MINUTES) // two hundred starts of a JVM, perhaps on a crowded machine
    void whatWasFlushedIsThereAfterAHundredKills() throws Exception {
        kill(100);
    }

    private void kill(int times) throws Exception {
        Path file = folder.resolve("store");
        Random random = new Random(7);
        int flushed = 0;
        for (int round = 0; round < times; round++) {
            flushed = killed(file, round, flushed, 1 + random.nextInt(20));
            try (PersistentPeerstore store = open(file)) {
                check(store, flushed);
            }
        }
    }

    /**
     * Every tenth write removes the peer five before it; of those after the last flush nothing is certain but
     * wholeness.
     */
    private static void check(Peerstore store, int flushed) {
        for (int number = 0; number < flushed; number++) {
            boolean removed = number % 10 == 4 && number + 5 < flushed;
            boolean certain = removed || number % 10 != 4;
            PeerId peer = Peers.id(number);
            if (store.addresses(peer).isEmpty()) {
                assertThat(removed || !certain)
                        .as("peer %d of %d", number, flushed)
                        .isTrue();
            } else {
                assertThat(removed)
                        .as("peer %d of %d was removed", number, flushed)
                        .isFalse();
                assertWhole(store, number);
            }
        }
        for (int number = flushed; number < flushed + 50; number++) {
            if (!store.addresses(Peers.id(number)).isEmpty()) {
                assertThat(store.addresses(Peers.id(number))).hasSizeBetween(1, 2);
            }
        }
    }

    private static void assertWhole(Peerstore store, int number) {
        PeerId peer = Peers.id(number);
        assertThat(store.addresses(peer)).containsExactly(Peers.address(number), Peers.address(number + 1));
        assertThat(store.metadata(peer, "number")).isEqualTo(String.valueOf(number));
        assertThat(store.protocols(peer)).containsExactly("/a", "/b");
    }

    /**
     * Starts a writer, kills it after so many flushes and a moment, and returns how many peers were flushed at least.
     */
    private static int killed(Path file, int round, int first, int after) throws Exception {
        List<String> printed = KilledProgram.printed(
                Writer.class, after, file.toString(), String.valueOf(round), String.valueOf(first));
        int flushed = Integer.parseInt(printed.getLast());
        assertThat(flushed).isGreaterThan(first);
        return flushed;
    }
}
