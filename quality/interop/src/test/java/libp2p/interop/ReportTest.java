package libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Cell CELL = Samples.cell(Samples.JAVA, Samples.GO, "yamux", Check.PING);
    private static final Outcome PASSED = Outcome.passed(CELL, Duration.ZERO, Path.of("log"));
    private static final Outcome FAILED = Outcome.failed(CELL, "why", Duration.ZERO, null);

    private static Report report(Outcome... outcomes) {
        Suite suite = new Suite("go", List.of(outcomes), Duration.ZERO, Duration.ZERO);
        return new Report(Samples.JAVA, Map.of("go", Samples.GO), List.of(suite));
    }

    @Test
    void oneFailureAmongManyFailsTheRun() {
        Outcome[] outcomes = new Outcome[200];
        java.util.Arrays.fill(outcomes, PASSED);
        assertThat(report(outcomes).succeeded()).isTrue();
        outcomes[100] = FAILED;
        assertThat(report(outcomes).succeeded()).isFalse();
    }

    @Test
    void aRunThatHasRunNothingFails() {
        assertThat(report().succeeded()).isFalse();
    }

    @Test
    void theClosingLineCountsWhatIsKnownToFailApart() {
        Outcome known = new Outcome("cell", CELL, Outcome.Result.KNOWN, "why", Duration.ZERO, null);
        Report report = report(PASSED, PASSED, known);
        assertThat(report.closingLine()).isEqualTo("2 passed, 0 failed, 0 skipped, 1 known to fail");
        assertThat(report.succeeded()).isTrue();
    }
}
