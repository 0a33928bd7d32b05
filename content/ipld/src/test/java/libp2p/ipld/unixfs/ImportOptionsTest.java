package libp2p.ipld.unixfs;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ImportOptionsTest {
    @Test
    void anErrorNamesTheOptionItsValueAndWhatIsAllowed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImportOptions.V1_2025.withCidVersion(3))
                .withMessage("cidVersion must be 0 or 1, not 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImportOptions.V1_2025.withFileLinks(1))
                .withMessageContaining("1 links of a file node, allowed are 2 to 8192");
    }
}
