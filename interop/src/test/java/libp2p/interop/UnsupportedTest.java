package libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnsupportedTest {
    @TempDir
    Path folder;

    private Unsupported unsupported(String json) throws IOException {
        return Unsupported.read(Files.writeString(folder.resolve("unsupported.json"), json));
    }

    @Test
    void aRuleCoversThePeerInItsRoleOnly() throws IOException {
        Unsupported rules = unsupported("""
                [{"peer": "js", "role": "dialer", "muxer": "mplex", "check": "echo", "reason": "why"}]""");
        assertThat(rules.rule(Samples.cell(Samples.JS, Samples.JAVA, "mplex", Check.ECHO))
                        .map(Unsupported.Rule::reason))
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
        Unsupported rules = unsupported("""
                [{"peer": "go", "role": "any", "muxer": "mplex", "check": "any", "reason": "none"}]""");
        assertThat(rules.rule(Samples.cell(Samples.JAVA, Samples.GO, "mplex", Check.RESET))
                        .map(Unsupported.Rule::reason))
                .contains("none");
        assertThat(rules.rule(Samples.cell(Samples.GO, Samples.JAVA, "mplex", Check.PSK))
                        .map(Unsupported.Rule::reason))
                .contains("none");
        assertThat(rules.rule(Samples.cell(Samples.JAVA, Samples.JAVA, "mplex", Check.PSK)))
                .isEmpty();
    }

    @Test
    void checksAreNamedAsInTheReport() throws IOException {
        Unsupported rules = unsupported("""
                [{"peer": "js", "check": "identity-ecdsa", "reason": "no"}]""");
        assertThat(rules.rule(Samples.cell(Samples.JS, Samples.JAVA, "yamux", Check.IDENTITY_ECDSA)))
                .isPresent();
    }

    @Test
    void aListFitsEachOfItsMembersAndNoOther() throws IOException {
        Unsupported rules = unsupported("""
                [{"peer": "js", "check": "psk,echo", "reason": "no"}]""");
        assertThat(rules.rule(Samples.cell(Samples.JS, Samples.JAVA, "yamux", Check.ECHO)))
                .isPresent();
        assertThat(rules.rule(Samples.cell(Samples.JS, Samples.JAVA, "yamux", Check.PSK)))
                .isPresent();
        assertThat(rules.rule(Samples.cell(Samples.JS, Samples.JAVA, "yamux", Check.PSK_MISMATCH)))
                .isEmpty();
    }

    @Test
    void aRuleForAllChecksMeansThatThereIsNoSuchRow() throws IOException {
        Unsupported rules = unsupported("""
                [{"peer": "go", "muxer": "mplex", "reason": "none"}, {"peer": "go", "check": "echo", "reason": "no"}]""");
        assertThat(notRun(rules, "mplex")).isEqualTo(Outcome.Result.ABSENT);
        assertThat(notRun(rules, "yamux")).isEqualTo(Outcome.Result.SKIPPED);
    }

    private static Outcome.Result notRun(Unsupported rules, String muxer) {
        Cell cell = Samples.cell(Samples.JAVA, Samples.GO, muxer, Check.ECHO);
        return Outcome.notRun(cell, rules.rule(cell).orElseThrow()).result();
    }

    @Test
    void aRuleNeedsAReason() {
        assertThatThrownBy(() -> unsupported("[{\"peer\": \"go\"}]")).hasMessageContaining("without a reason");
    }

    @Test
    void aMisspeltMemberIsNoWildcard() {
        assertThatThrownBy(() -> unsupported("[{\"peer\": \"go\", \"mux\": \"mplex\", \"reason\": \"x\"}]"))
                .hasMessageContaining("mux");
    }

    @Test
    void theFileOfThisProjectIsWellFormed() throws IOException {
        Unsupported rules = Unsupported.read(Path.of("unsupported.json"));
        assertThat(rules.rule(Samples.cell(Samples.JAVA, Samples.GO, "mplex", Check.PING)))
                .isPresent();
        assertThat(rules.rule(Samples.cell(Samples.JAVA, Samples.GO, "yamux", Check.PING)))
                .isEmpty();
    }
}
