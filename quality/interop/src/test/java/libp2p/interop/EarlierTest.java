package libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EarlierTest {
    private static final Map<String, Peer> PEERS = Map.of("java", Samples.JAVA, "go", Samples.GO, "js", Samples.JS);

    @TempDir
    Path folder;

    private static Outcome failed(Peer peer, Check check) {
        return Outcome.failed(Samples.cell(Samples.JAVA, peer, "yamux", check), "why", Duration.ofMillis(1500), null);
    }

    private static Outcome passed(Peer peer, Check check) {
        return Outcome.passed(Samples.cell(Samples.JAVA, peer, "yamux", check), Duration.ZERO, Path.of("log"));
    }

    private static Suite suite(Peer peer, Outcome... outcomes) {
        return new Suite(peer.name(), List.of(outcomes), Duration.ZERO, Duration.ZERO);
    }

    @Test
    void keepsWhatWasNotRunAgainAndReplacesWhatWas() throws IOException {
        Path report = folder.resolve("report.json");
        new Report(
                        Samples.JAVA,
                        PEERS,
                        List.of(
                                suite(Samples.GO, failed(Samples.GO, Check.PING), failed(Samples.GO, Check.ECHO)),
                                suite(Samples.JS, failed(Samples.JS, Check.PSK))))
                .writeJson(report);

        List<Suite> suites =
                Earlier.addTo(report, List.of(suite(Samples.GO, passed(Samples.GO, Check.PING))), Samples.JAVA, PEERS);

        assertThat(suites.stream().flatMap(suite -> suite.outcomes().stream()))
                .containsExactlyInAnyOrder(
                        passed(Samples.GO, Check.PING), failed(Samples.GO, Check.ECHO), failed(Samples.JS, Check.PSK));
    }

    @Test
    void withoutAReportThereIsOnlyThisRun() throws IOException {
        List<Suite> run = List.of(suite(Samples.GO, passed(Samples.GO, Check.PING)));
        assertThat(Earlier.addTo(folder.resolve("none"), run, Samples.JAVA, PEERS))
                .isEqualTo(run);
    }
}
