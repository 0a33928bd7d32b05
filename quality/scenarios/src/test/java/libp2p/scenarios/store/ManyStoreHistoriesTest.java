package libp2p.scenarios.store;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A hundred thousand histories of a store, and three hundred in which the power fails at every step, in parts of some
 * minutes. Replayed as those of {@link StoreHistoriesTest}.
 */
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
    @Tag("long")
    void theFirstFiveThousandHistories() {
        share(1);
    }

    @Test
    @Tag("long")
    void theSecondFiveThousandHistories() {
        share(2);
    }

    @Test
    @Tag("long")
    void theThirdFiveThousandHistories() {
        share(3);
    }

    @Test
    @Tag("long")
    void theFourthFiveThousandHistories() {
        share(4);
    }

    @Test
    @Tag("long")
    void theFifthFiveThousandHistories() {
        share(5);
    }

    @Test
    @Tag("long")
    void theSixthFiveThousandHistories() {
        share(6);
    }

    @Test
    @Tag("long")
    void theSeventhFiveThousandHistories() {
        share(7);
    }

    @Test
    @Tag("long")
    void theEighthFiveThousandHistories() {
        share(8);
    }

    @Test
    @Tag("long")
    void theNinthFiveThousandHistories() {
        share(9);
    }

    @Test
    @Tag("long")
    void theTenthFiveThousandHistories() {
        share(10);
    }

    @Test
    @Tag("long")
    void theEleventhFiveThousandHistories() {
        share(11);
    }

    @Test
    @Tag("long")
    void theTwelfthFiveThousandHistories() {
        share(12);
    }

    @Test
    @Tag("long")
    void theThirteenthFiveThousandHistories() {
        share(13);
    }

    @Test
    @Tag("long")
    void theFourteenthFiveThousandHistories() {
        share(14);
    }

    @Test
    @Tag("long")
    void theFifteenthFiveThousandHistories() {
        share(15);
    }

    @Test
    @Tag("long")
    void theSixteenthFiveThousandHistories() {
        share(16);
    }

    @Test
    @Tag("long")
    void theSeventeenthFiveThousandHistories() {
        share(17);
    }

    @Test
    @Tag("long")
    void theEighteenthFiveThousandHistories() {
        share(18);
    }

    @Test
    @Tag("long")
    void theNineteenthFiveThousandHistories() {
        share(19);
    }

    @Test
    @Tag("long")
    void theTwentiethFiveThousandHistories() {
        share(20);
    }

    @Test
    @Tag("long")
    void theFirstThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(1);
    }

    @Test
    @Tag("long")
    void theSecondThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(2);
    }

    @Test
    @Tag("long")
    void theThirdThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(3);
    }

    @Test
    @Tag("long")
    void theFourthThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(4);
    }

    @Test
    @Tag("long")
    void theFifthThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(5);
    }

    @Test
    @Tag("long")
    void theSixthThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(6);
    }

    @Test
    @Tag("long")
    void theSeventhThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(7);
    }

    @Test
    @Tag("long")
    void theEighthThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(8);
    }

    @Test
    @Tag("long")
    void theNinthThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(9);
    }

    @Test
    @Tag("long")
    void theTenthThirtyHistoriesWithAPowerFailureAtEveryStep() {
        everyStep(10);
    }
}
