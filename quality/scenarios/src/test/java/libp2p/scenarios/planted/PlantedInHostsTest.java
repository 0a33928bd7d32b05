package libp2p.scenarios.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shows that the check at the end of every scenario finds mistakes in whole hosts. */
class PlantedInHostsTest {
    private static final int SEEDS = 20;

    @ParameterizedTest
    @EnumSource
    void isFoundWithinTwentySeeds(Mistake mistake, @TempDir Path directory) throws Exception {
        IntConsumer story = mistake.story(directory);
        Throwable found = catchThrowable(() -> story.accept(SEEDS));
        assertThat(found).as(mistake.name()).isNotNull();
        assertThat(found.getClass().getName()).isEqualTo("libp2p.simulator.SimulationFailure");
        System.out.println(mistake + ": " + found.getMessage().lines().limit(3).toList());
    }

    @Test
    void theHostsAsTheyArePassThemAll() {
        new Reunion().accept(SEEDS);
    }
}
