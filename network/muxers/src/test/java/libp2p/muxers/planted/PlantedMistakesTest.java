package libp2p.muxers.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import libp2p.simulator.Seeds;
import libp2p.simulator.SimulationFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shows that seeds find the mistakes that the classes of the engine invite, in these classes themselves. */
class PlantedMistakesTest {
    private static final int SEEDS = 200;

    @ParameterizedTest
    @EnumSource
    void isFoundWithin200SeedsAndReplayedByItsSeed(Mistake mistake, @TempDir Path directory) throws Exception {
        LongConsumer story = mistake.story(directory);
        OptionalLong found = Seeds.firstFailing(SEEDS, story::accept);
        System.out.println(mistake + " shows under seed " + found);
        assertThat(found).as(mistake.name()).isPresent();
        String once = failure(story, found.getAsLong());
        System.out.println(once);
        assertThat(failure(story, found.getAsLong())).isEqualTo(once);
    }

    private static String failure(LongConsumer story, long seed) {
        return catchThrowableOfType(SimulationFailure.class, () -> story.accept(seed))
                .getMessage();
    }

    @Test
    void theClassesAsTheyArePassThemAll() {
        Seeds.run(SEEDS, new Chatter()::accept);
    }
}
