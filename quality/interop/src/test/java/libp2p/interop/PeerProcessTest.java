package libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerProcessTest {
    @TempDir
    Path folder;

    /** A peer that says one event and then never ends. */
    static final class Endless {
        private Endless() {}

        public static void main(String[] arguments) throws InterruptedException {
            Thread.ofVirtual().start(Endless::waitForEver);
            System.out.println("{\"event\":\"listening\"}");
            new CountDownLatch(1).await();
        }

        private static void waitForEver() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Peer peer(String script) throws IOException {
        Path program = Files.writeString(folder.resolve("peer"), "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return new Peer("java", "java-libp2p", "1.0", "", program.toString(), List.of(), Map.of());
    }

    @Test
    void theLogOfAJavaPeerThatDoesNotEndSaysWhatItsThreadsDo() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Peer endless = peer(
                "exec %s -cp %s '%s'".formatted(java, System.getProperty("java.class.path"), Endless.class.getName()));
        Path log = folder.resolve("log");
        LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
        try (PeerProcess process = new PeerProcess(endless, List.of(), log, events::add)) {
            events.take();
            assertThatThrownBy(() -> process.awaitEnd(Duration.ofMillis(1)))
                    .isInstanceOf(CheckFailedException.class)
                    .hasMessage("no end within 0 s");
        }
        assertThat(Files.readString(log)).contains("Endless.main", "Endless.waitForEver", "virtual");
    }
}
