package libp2p.core.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SparePartsTest {
    @Test
    void thePartThatCameBackLastIsUsedFirstAndNoMoreAreKeptThanMayBe() {
        SpareParts<String> parts = new SpareParts<>(2);
        assertThat(parts.take()).isNull();
        parts.give("a");
        parts.give("b");
        parts.give("c");
        assertThat(parts.take()).isEqualTo("b");
        parts.give("d");
        assertThat(parts.take()).isEqualTo("d");
        assertThat(parts.take()).isEqualTo("a");
        assertThat(parts.take()).isNull();
    }
}
