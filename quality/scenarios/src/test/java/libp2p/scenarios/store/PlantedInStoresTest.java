package libp2p.scenarios.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mistakes that were in the store, and others, put into it: the histories of the default build find each of them. */
@Tag("long")
class PlantedInStoresTest {
    private static final int HISTORIES = 500;

    @ParameterizedTest
    @EnumSource(Mistake.class)
    void theHistoriesFindIt(Mistake mistake, @TempDir Path directory) throws Exception {
        LongConsumer histories = mistake.histories(directory);
        long found = 0;
        String told = "";
        for (long seed = 1; seed <= HISTORIES && found == 0; seed++) {
            try {
                histories.accept(seed);
            } catch (RuntimeException | AssertionError e) {
                found = seed;
                told = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            }
        }
        System.out.println(mistake + ": " + (found == 0 ? "not found" : "history " + found + ": " + told));
        assertThat(found)
                .as("the first of " + HISTORIES + " histories that finds it")
                .isPositive();
    }
}
