package libp2p.simulator.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.OptionalLong;
import libp2p.simulator.Seeds;
import libp2p.simulator.SimulationFailure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shows how many seeds the simulator needs for the mistakes that matter, and that it does not cry wolf. */
class PlantedBugsTest {
    @ParameterizedTest
    @EnumSource(Flaw.class)
    void isFoundWithin200SeedsAndReplayedByItsSeed(Flaw flaw) {
        OptionalLong found = Seeds.firstFailing(200, seed -> Scenarios.run(seed, flaw, true));
        System.out.println(flaw + " shows under seed " + found);
        assertThat(found).as(flaw.name()).isPresent();
        SimulationFailure once = failure(found.getAsLong(), flaw);
        SimulationFailure again = failure(found.getAsLong(), flaw);
        assertThat(once).hasMessageContaining("-Dsimulation.seed=" + found.getAsLong());
        assertThat(again).hasMessage(once.getMessage());
    }

    private static SimulationFailure failure(long seed, Flaw flaw) {
        return catchThrowableOfType(SimulationFailure.class, () -> Scenarios.run(seed, flaw, true));
    }

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void theCorrectTwinPasses1000Seeds(Flaw flaw) {
        Seeds.run(1_000, seed -> Scenarios.run(seed, flaw, false));
    }
}
