package libp2p.scenarios.store;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A hundred thousand histories of a store, and three hundred in which the power fails at every step, in parts of some
 * minutes. Replayed as those of {@link StoreHistoriesTest}.
 */
@Tag("long")
class ManyStoreHistoriesTest {
    private static final int SHARE = 5_000;
    private static final int EVERY_STEP = 30;

    private static void share(int number) {
        StoreHistoriesTest.run(1 + (number - 1) * SHARE, SHARE);
    }

    private static void everyStep(int number) {
        StoreHistoriesTest.atEveryStep(1 + (number - 1) * EVERY_STEP, EVERY_STEP, 1);
    }

    @Test
    void theFirstFiveThousandHistories() {
        share(1);
    }

    @Test
    void theSecondFiveThousandHistories() {
        share(2);
    }

    @Test
    void theThirdFiveThousandHistories() {
        share(3);
    }

    @Test
    void theFourthFiveThousandHistories() {
        share(4);
    }

    @Test
    void theFifthFiveThousandHistories() {
        share(5);
    }

    @Test
    void theSixthFiveThousandHistories() {
        share(6);
    }

    @Test
    void theSeventhFiveThousandHistories() {
        share(7);
    }

    @Test
    void theEighthFiveThousandHistories() {
        share(8);
    }

    @Test
    void theNinthFiveThousandHistories() {
        share(9);
    }

    @Test
    void theTenthFiveThousandHistories() {
        share(10);
    }

    @Test
    void theEleventhFiveThousandHistories() {
        share(11);
    }

    @Test
    void theTwelfthFiveThousandHistories() {
        share(12);
    }

    @Test
    void theThirteenthFiveThousandHistories() {
        share(13);
    }

    @Test
    void theFourteenthFiveThousandHistories() {
        share(14);
    }

    @Test
    void theFifteenthFiveThousandHistories() {
        share(15);
    }

    @Test
    void theSixteenthFiveThousandHistories() {
        share(16);
    }

    @Test
    void theSeventeenthFiveThousandHistories() {
        share(17);
    }

    @Test
    void theEighteenthFiveThousandHistories() {
        share(18);
    }

    @Test
    void theNineteenthFiveThousandHistories() {
        share(19);
    }

    @Test
    void theTwentiethFiveThousandHistories() {
        share(20);
    }

    @Test
    void theFirstThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(1);
    }

    @Test
    void theSecondThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(2);
    }

    @Test
    void theThirdThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(3);
    }

    @Test
    void theFourthThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(4);
    }

    @Test
    void theFifthThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(5);
    }

    @Test
    void theSixthThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(6);
    }

    @Test
    void theSeventhThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(7);
    }

    @Test
    void theEighthThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(8);
    }

    @Test
    void theNinthThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(9);
    }

    @Test
    void theTenthThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(10);
    }
}
