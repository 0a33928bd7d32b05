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
        assertThat(rules.reason(Samples.cell(Samples.JS, Samples.JAVA, "mplex", Check.ECHO)))
                .contains("why");
        assertThat(rules.reason(Samples.cell(Samples.JAVA, Samples.JS, "mplex", Check.ECHO)))
                .isEmpty();
        assertThat(rules.reason(Samples.cell(Samples.JS, Samples.JAVA, "yamux", Check.ECHO)))
                .isEmpty();
        assertThat(rules.reason(Samples.cell(Samples.JS, Samples.JAVA, "mplex", Check.PING)))
                .isEmpty();
    }

    @Test
    void anyCoversEverything() throws IOException {
        Unsupported rules = unsupported("""
                [{"peer": "go", "role": "any", "muxer": "mplex", "check": "any", "reason": "none"}]""");
        assertThat(rules.reason(Samples.cell(Samples.JAVA, Samples.GO, "mplex", Check.RESET)))
                .contains("none");
        assertThat(rules.reason(Samples.cell(Samples.GO, Samples.JAVA, "mplex", Check.PSK)))
                .contains("none");
        assertThat(rules.reason(Samples.cell(Samples.JAVA, Samples.JAVA, "mplex", Check.PSK)))
                .isEmpty();
    }

    @Test
    void checksAreNamedAsInTheReport() throws IOException {
        Unsupported rules = unsupported("""
                [{"peer": "js", "check": "identity-ecdsa", "reason": "no"}]""");
        assertThat(rules.reason(Samples.cell(Samples.JS, Samples.JAVA, "yamux", Check.IDENTITY_ECDSA)))
                .isPresent();
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
        assertThat(rules.reason(Samples.cell(Samples.JAVA, Samples.GO, "mplex", Check.PING)))
                .isPresent();
        assertThat(rules.reason(Samples.cell(Samples.JAVA, Samples.GO, "yamux", Check.PING)))
                .isEmpty();
    }
}
