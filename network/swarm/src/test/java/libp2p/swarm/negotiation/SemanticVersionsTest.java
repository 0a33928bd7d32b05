package libp2p.swarm.negotiation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SemanticVersionsTest {
    @Test
    void choosesTheHighestVersionThatBothHave() {
        assertThat(SemanticVersions.choose(List.of("/f/1.0.0", "/f/1.2.0"), List.of("/f/1.1.0", "/f/1.2.0")))
                .isEqualTo("/f/1.2.0");
        assertThat(SemanticVersions.choose(List.of("/f/1.9.0", "/f/1.10.0"), List.of("/f/1.9.0", "/f/1.10.0")))
                .as("versions are numbers, not text")
                .isEqualTo("/f/1.10.0");
    }

    @Test
    void familiesKeepTheCallersOrder() {
        assertThat(SemanticVersions.newestFirst(List.of("/b/1.0.0", "/a/2.0.0", "/b/1.1.0", "/plain", "/a/10.0.0")))
                .containsExactly("/b/1.1.0", "/b/1.0.0", "/a/10.0.0", "/a/2.0.0", "/plain");
    }

    @Test
    void whatIsNoSemanticVersionMatchesExactly() {
        assertThat(SemanticVersions.family("/noise")).isEqualTo("/noise");
        assertThat(SemanticVersions.family("/f/1.0")).isEqualTo("/f/1.0");
        assertThat(SemanticVersions.family("/f/01.0.0")).isEqualTo("/f/01.0.0");
        assertThat(SemanticVersions.family("/f/1.0.0-rc1")).isEqualTo("/f/1.0.0-rc1");
        assertThat(SemanticVersions.family("/f/1.0.0")).isEqualTo("/f");
        assertThat(SemanticVersions.choose(List.of("/noise"), List.of("/noise", "/x")))
                .isEqualTo("/noise");
        assertThat(SemanticVersions.choose(List.of("/a/1.0.0"), List.of("/a/2.0.0")))
                .isNull();
    }
}
