package libp2p.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DataFolderTest {
    @Test
    void theFolderIsThatOfTheVariableElseThatOfTheSpecification() {
        assertThat(DataFolder.ofUser(Map.of("P2P_DATA", "/a/b", "XDG_DATA_HOME", "/x"), "/home/u"))
                .isEqualTo(Path.of("/a/b"));
        assertThat(DataFolder.ofUser(Map.of("XDG_DATA_HOME", "/x"), "/home/u")).isEqualTo(Path.of("/x/p2p"));
        assertThat(DataFolder.ofUser(Map.of("XDG_DATA_HOME", "relative"), "/home/u"))
                .isEqualTo(Path.of("/home/u/.local/share/p2p"));
        assertThat(DataFolder.ofUser(Map.of("P2P_DATA", ""), "/home/u")).isEqualTo(Path.of("/home/u/.local/share/p2p"));
        assertThatThrownBy(() -> DataFolder.ofUser(Map.of(), "?")).hasMessageContaining("--data DIR or P2P_DATA");
    }
}
