package libp2p.core.environment;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.core.testing.CountedTurns;
import org.junit.jupiter.api.Test;

class CarrierTurnTest {
    private final CountedTurns environment = CountedTurns.alone();
    private final CarrierTurn turn = new CarrierTurn(environment);

    private void work(int pieces, long nanos) {
        for (int i = 0; i < pieces; i++) {
            environment.pass(nanos);
            turn.check();
        }
    }

    @Test
    void othersGoFirstAfterEachMillisecond() {
        work(9, 100_000);
        assertThat(environment.given()).isZero();
        work(1, 100_000);
        assertThat(environment.given()).isEqualTo(1);
        work(1_000, 1_000);
        assertThat(environment.given()).isEqualTo(2);
        work(1, 50_000_000);
        assertThat(environment.given()).isEqualTo(3);
    }
}
