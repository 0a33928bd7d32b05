package libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunnerTest {
    @TempDir
    Path folder;

    /** A peer whose program notes that it was started, and ends. */
    private Peer shortLived() throws IOException {
        Path program = Files.writeString(
                folder.resolve("peer"), "#!/bin/sh\necho started >> %s/starts\nexit 1\n".formatted(folder));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return new Peer("go", "go-libp2p", "1.0", "", program.toString(), List.of(), Map.of());
    }

    private Suite run(Cell cell, String entries) throws IOException, InterruptedException {
        KnownFaults known = KnownFaults.read(Files.writeString(folder.resolve("known-faults.json"), entries));
        Runner.Settings settings = new Runner.Settings(1, Duration.ofMinutes(1), Duration.ofMinutes(1));
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        return new Runner(settings, known, Keys.create(folder.resolve("keys")), folder.resolve("logs"), nowhere)
                .run("go", List.of(cell));
    }

    @Test
    void aCellThatFailsIsNotTriedAgain() throws IOException, InterruptedException {
        Suite suite = run(Samples.cell(Samples.JAVA, shortLived(), "yamux", Check.PING), "[]");
        assertThat(suite.count(Outcome.Result.FAILED)).isEqualTo(1);
        assertThat(Files.readAllLines(folder.resolve("starts"))).hasSize(1);
    }

    @Test
    void aCellThatIsKnownToFailIsRunAndCountedApart() throws IOException, InterruptedException {
        Suite suite = run(Samples.cell(Samples.JAVA, shortLived(), "yamux", Check.PING), """
                [{"suite": "interop", "kind": "fault", "peer": "go", "version": "1.0", "check": "ping",
                "reason": "it ends", "until": "2027-05-31"}]""");
        assertThat(suite.count(Outcome.Result.KNOWN)).isEqualTo(1);
        assertThat(suite.count(Outcome.Result.FAILED)).isZero();
        assertThat(Files.readAllLines(folder.resolve("starts"))).hasSize(1);
    }
}
