package libp2p.scenarios.store;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.simulator.Seeds;
import org.junit.jupiter.api.Test;

/**
 * Random histories of a store, see {@link History}: after a power failure nothing that was acknowledged is lost, and
 * nothing that a finished collection has removed is back; after damage only the damaged blocks are lost, they are told
 * and healed. {@code -Dsimulation.first} and {@code -Dsimulation.seeds} choose other histories.
 */
class StoreHistoriesTest {
    private static final int HISTORIES = 700;

    /** Tells histories, prints what they have met, and fails if there are many and one fault was not met after one way in. */
    static void run(int first, int count) {
        Coverage coverage = new Coverage();
        int[] done = {0};
        Seeds.run(count, seed -> {
            new History(coverage).accept(first - 1 + seed);
            done[0]++;
        });
        System.out.println(coverage);
        if (done[0] >= HISTORIES) {
            coverage.requireAll();
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesAndWhatIsDamagedIsToldAndHealed() {
        run(1, HISTORIES);
    }

    @Test
    void aSeedRepeatsAHistory() {
        for (long seed = 2; seed <= 20; seed += 2) {
            History once = new History();
            once.accept(seed);
            History again = new History();
            again.accept(seed);
            assertThat(again.steps()).as("steps of the disk under seed " + seed).isEqualTo(once.steps());
        }
    }

    /** Each history is told once to count its steps, and then with a power failure at each of them. */
    static void atEveryStep(int first, int histories, int stride) {
        Seeds.run(histories, each -> {
            long seed = first - 1 + each;
            History whole = new History();
            whole.run(seed, Fault.CRASH, Integer.MAX_VALUE);
            for (int step = 1 + (int) (seed % stride); step <= whole.steps(); step += stride) {
                try {
                    new History().run(seed, Fault.CRASH, step);
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError("with a power failure at step " + step, e);
                }
            }
        });
    }

    /** Found by the long form: the header named the last chunk of the pins, whose middle was lost. */
    @Test
    void thePowerMayFailWhileTheLastChunkOfAFileIsWritten() {
        new History().run(283, Fault.CRASH, 236);
    }

    /** Found by the long form: an older copy of a file was not told while the next file was still empty. */
    @Test
    void theNextFileOfTheLogMayBeEmptyWhenOneIsReplaced() {
        new History().accept(27607);
    }

    /** Found by the long form: a removal behind damage did not count when the log was read again. */
    @Test
    void whatIsDeletedAfterDamageStaysDeleted() {
        new History().accept(52497);
    }

    /** Found by the long form: the collection took what the compaction had moved for new. */
    @Test
    void aCompactionMayRunBesideACollection() {
        new History().accept(1016);
    }

    /** Found by the long form: it was said of a block that it is gone before the removal was durable that had made it so. */
    @Test
    void aBlockMayBeRemovedByTwoAtOnce() {
        new History().accept(2746);
        new History().run(153, Fault.CRASH, 79);
    }

    /** Found by the long form: the index told that it knows the end of a file that had gone on since. */
    @Test
    void aFileMayLoseItsEndThatTheIndexDoesNotKnow() {
        new History().accept(935);
    }

    /** Found by the long form: a file in which the index knew no block was not missed. */
    @Test
    void aFileMayBeLostOfWhichTheIndexKnowsNothing() {
        new History().accept(30025);
        new History().accept(33145);
        new History().accept(65385);
    }

    /** Found by the long form: the index was saved behind the damage before that was told. */
    @Test
    void thePowerMayFailWhileADamagedLogIsRead() {
        new History().accept(32657);
    }

    /** Found by the long form, which was wrong: what nothing can miss at first, nothing can miss later. */
    @Test
    void thePowerMayFailAgainAfterTheLossOfAFileWhoseEndNothingKnows() {
        new History().accept(65369);
    }

    /** Found by the long form: a fetch relied on a block that another task had begun to store, and could not. */
    @Test
    void theDiskMayBeFullWhileTwoTasksStoreABlock() {
        new History().accept(45723);
    }

    /** Found by the long form: the power failed while a compaction cut a file, and blocks were left without their removals. */
    @Test
    void thePowerMayFailWhileTheLogGoesOnInAnotherFile() {
        new History().accept(42343);
    }

    /** Found by the long form: the index gave another multihash, since the engine has no checksums of what it stores. */
    @Test
    void aBitOfTheIndexMayFlipInAnOlderPartOfTheFile() {
        new History().accept(59057);
    }

    /** Found by the long form, which was wrong: a request to pin stored a block while the check looked at it. */
    @Test
    void aRequestToPinMayStoreABlockDuringTheCheck() {
        new History().accept(42417);
        new History().accept(99253);
    }

    @Test
    void thePowerMayFailAtAnyStepOfAHistory() {
        atEveryStep(1, 10, 25);
    }

    @Test
    void thePowerMayFailAtAnyStepOfAHistoryOfAPeerOfTheKit() {
        atEveryStep(16, 3, 25);
    }
}
