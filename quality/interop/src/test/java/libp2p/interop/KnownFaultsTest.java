package libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownFaultsTest {
    @TempDir
    Path folder;

    private static final LocalDate LAST_DAY = LocalDate.of(2027, 5, 31);

    /** An entry of the list, with what all entries have beside what is given. */
    private static String entry(String kind, String peer, String where) {
        return """
                {"suite": "interop", "kind": "%s", "peer": "%s", "version": "1.0", %s
                "reason": "why", "until": "2027-05-31"}""".formatted(kind, peer, where);
    }

    private KnownFaults list(String... entries) throws IOException {
        String json = "[" + String.join(",", entries) + "]";
        return KnownFaults.read(Files.writeString(folder.resolve("known-faults.json"), json));
    }

    @Test
    void aRuleCoversThePeerInItsRoleOnly() throws IOException {
        KnownFaults rules = list(entry("unsupported", "js", """
                "role": "dialer", "muxer": "mplex", "check": "echo",\
                """));
        assertThat(rules.rule(Samples.cell(Samples.JS, Samples.JAVA, "mplex", Check.ECHO))
                        .map(KnownFaults.Rule::reason))
                .contains("why");
        assertThat(rules.rule(Samples.cell(Samples.JAVA, Samples.JS, "mplex", Check.ECHO)))
                .isEmpty();
        assertThat(rules.rule(Samples.cell(Samples.JS, Samples.JAVA, "yamux", Check.ECHO)))
                .isEmpty();
        assertThat(rules.rule(Samples.cell(Samples.JS, Samples.JAVA, "mplex", Check.PING)))
                .isEmpty();
    }

    @Test
    void anyCoversEverything() throws IOException {
        KnownFaults rules = list(entry("unsupported", "go", """
                "role": "any", "muxer": "mplex", "check": "any",\
                """));
        assertThat(rules.rule(Samples.cell(Samples.JAVA, Samples.GO, "mplex", Check.RESET))
                        .map(KnownFaults.Rule::reason))
                .contains("why");
        assertThat(rules.rule(Samples.cell(Samples.GO, Samples.JAVA, "mplex", Check.PSK))
                        .map(KnownFaults.Rule::reason))
                .contains("why");
        assertThat(rules.rule(Samples.cell(Samples.JAVA, Samples.JAVA, "mplex", Check.PSK)))
                .isEmpty();
    }

    @Test
    void checksAreNamedAsInTheReport() throws IOException {
        KnownFaults rules = list(entry("fault", "js", "\"check\": \"identity-ecdsa\","));
        assertThat(rules.rule(Samples.cell(Samples.JS, Samples.JAVA, "yamux", Check.IDENTITY_ECDSA)))
                .isPresent();
    }

    @Test
    void aListFitsEachOfItsMembersAndNoOther() throws IOException {
        KnownFaults rules = list(entry("fault", "js", "\"check\": \"psk,echo\","));
        assertThat(rules.rule(Samples.cell(Samples.JS, Samples.JAVA, "yamux", Check.ECHO)))
                .isPresent();
        assertThat(rules.rule(Samples.cell(Samples.JS, Samples.JAVA, "yamux", Check.PSK)))
                .isPresent();
        assertThat(rules.rule(Samples.cell(Samples.JS, Samples.JAVA, "yamux", Check.PSK_MISMATCH)))
                .isEmpty();
    }

    @Test
    void aRuleForAllChecksMeansThatThereIsNoSuchRow() throws IOException {
        KnownFaults rules = list(
                entry("unsupported", "go", "\"muxer\": \"mplex\","),
                entry("unsupported", "go", "\"check\": \"echo\","));
        assertThat(notRun(rules, "mplex")).isEqualTo(Outcome.Result.ABSENT);
        assertThat(notRun(rules, "yamux")).isEqualTo(Outcome.Result.SKIPPED);
    }

    private static Outcome.Result notRun(KnownFaults rules, String muxer) {
        Cell cell = Samples.cell(Samples.JAVA, Samples.GO, muxer, Check.ECHO);
        return Outcome.notRun(cell, rules.rule(cell).orElseThrow()).result();
    }

    @Test
    void aCellWithAFaultThatIsListedMayFailAndHasTo() throws IOException {
        KnownFaults rules = list(entry("fault", "js", "\"check\": \"echo\","));
        Cell cell = Samples.cell(Samples.JAVA, Samples.JS, "yamux", Check.ECHO);
        KnownFaults.Rule rule = rules.rule(cell).orElseThrow();
        Outcome failed = Outcome.failed(cell, "no answer", Duration.ZERO, null);
        assertThat(failed.expectedToFail(rule).result()).isEqualTo(Outcome.Result.KNOWN);
        Outcome passed = Outcome.passed(cell, Duration.ZERO, folder).expectedToFail(rule);
        assertThat(passed.result()).isEqualTo(Outcome.Result.FAILED);
        assertThat(passed.reason()).contains("the entry is to go", "echo of js 1.0: why");
    }

    @Test
    void anEntryHoldsUntilItsDayAndWithItsVersionOnly() throws IOException {
        KnownFaults rules = list(entry("fault", "js", "\"check\": \"echo\","));
        assertThat(rules.stale(List.of(Samples.JS), false, LAST_DAY)).isEmpty();
        assertThat(rules.stale(List.of(Samples.JS), false, LAST_DAY.plusDays(1)))
                .containsExactly("the entry has expired on 2027-05-31: echo of js 1.0: why");
        Peer newer = new Peer("js", "js-libp2p", "1.1", "", "", List.of(), Map.of());
        assertThat(rules.stale(List.of(newer), false, LAST_DAY))
                .containsExactly("the entry is not of version 1.1: echo of js 1.0: why");
        assertThat(rules.stale(List.of(Samples.GO), true, LAST_DAY.plusDays(1)))
                .as("while its peer is not run")
                .isEmpty();
    }

    @Test
    void anEntryThatFitsNoCellOfAWholeRunHoldsNoMore() throws IOException {
        KnownFaults rules = list(entry("fault", "js", "\"check\": \"echo\","));
        assertThat(rules.rule(Samples.cell(Samples.JAVA, Samples.JS, "yamux", Check.PING)))
                .isEmpty();
        assertThat(rules.stale(List.of(Samples.JS), true, LAST_DAY))
                .containsExactly("the entry fits no cell: echo of js 1.0: why");
        assertThat(rules.rule(Samples.cell(Samples.JAVA, Samples.JS, "yamux", Check.ECHO)))
                .isPresent();
        assertThat(rules.stale(List.of(Samples.JS), true, LAST_DAY)).isEmpty();
    }

    @Test
    void anEntryNeedsReasonDateVersionAndPeer() {
        for (String member : List.of("suite", "kind", "reason", "until", "version", "peer")) {
            String without = entry("fault", "go", "\"check\": \"echo\",").replace("\"" + member + "\"", "\"other\"");
            assertThatThrownBy(() -> list(without)).hasMessageContaining("without");
        }
        assertThatThrownBy(() -> list(entry("fault", "go", "").replace("2027-05-31", "soon")))
                .hasMessageContaining("not a date");
    }

    @Test
    void aMisspeltMemberIsNoWildcard() {
        assertThatThrownBy(() -> list(entry("fault", "go", "\"mux\": \"mplex\",")))
                .hasMessageContaining("mux");
    }

    @Test
    void entriesOfOtherSuitesArePassedOver() throws IOException {
        KnownFaults rules =
                list("{\"suite\": \"tests\", \"kind\": \"skip\", \"reason\": \"x\", \"until\": \"2027-05-31\"}");
        assertThat(rules.stale(List.of(Samples.GO), true, LAST_DAY.plusYears(1)))
                .isEmpty();
    }

    @Test
    void everyEntryOfThisProjectFitsACellAndNamesTheVersionThatIsPinned() throws IOException {
        KnownFaults rules = KnownFaults.read(SourceTree.module("interop").resolve("known-faults.json"));
        Map<String, Peer> peers = new Peers(SourceTree.root(), folder).all();
        Matrix all = new Matrix(
                List.of(Transport.values()),
                List.of("noise", "tls"),
                List.of("yamux", "mplex"),
                List.of("listener", "dialer"),
                List.of(Check.values()));
        for (Peer peer : peers.values()) {
            all.cells(peers.get("java"), peer).forEach(rules::rule);
        }
        assertThat(rules.stale(List.copyOf(peers.values()), true, LocalDate.MIN))
                .isEmpty();
    }

    @Test
    void theFileOfThisProjectIsWellFormed() throws IOException {
        KnownFaults rules = KnownFaults.read(SourceTree.module("interop").resolve("known-faults.json"));
        assertThat(rules.rule(Samples.cell(Samples.JAVA, Samples.GO, "mplex", Check.PING)))
                .isPresent();
        assertThat(rules.rule(Samples.cell(Samples.JAVA, Samples.GO, "yamux", Check.PING)))
                .isEmpty();
    }
}
