package libp2p.mistakes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The list is whole: its mistakes can be planted, and the tests that it names are there. */
class MistakeListTest {
    private static final int LEAST = 60;

    @Test
    void eachMistakeAppliesToTheSourceAsItIs() throws IOException {
        for (PlantedMistake mistake : MistakeList.read()) {
            assertThat(mistake.source()).as(mistake.name()).isNotEmpty();
        }
    }

    @Test
    void eachNamesTestsThatAreThere() throws IOException {
        ModuleTests modules = new ModuleTests();
        for (PlantedMistake mistake : MistakeList.read()) {
            assertThat(mistake.tests()).as(mistake.name()).isNotEmpty();
            for (PlantedMistake.Selection selection : mistake.tests()) {
                assertThat(selection.tests())
                        .as(mistake.name())
                        .isNotEmpty()
                        .allMatch(test -> modules.has(selection.module(), test));
            }
        }
    }

    @Test
    void atLeastSixtyAreOfAllFamiliesAndHalfOfThemBlind() throws IOException {
        List<PlantedMistake> all = MistakeList.read();
        assertThat(all).hasSizeGreaterThanOrEqualTo(LEAST);
        assertThat(all.stream().filter(PlantedMistake::blind).count()).isGreaterThanOrEqualTo(LEAST / 2);
        Map<String, Long> names =
                all.stream().collect(Collectors.groupingBy(PlantedMistake::name, Collectors.counting()));
        assertThat(names).allSatisfy((name, times) -> assertThat(times).as(name).isEqualTo(1));
    }
}
