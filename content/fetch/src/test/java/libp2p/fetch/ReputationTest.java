package libp2p.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import libp2p.core.datastore.Datastore;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** Scores by what happened, and whom they choose. */
class ReputationTest {
    private final Reputation reputation = Reputation.inMemory(SystemEnvironment.shared());

    @Test
    void aScoreIsMadeOfReputationSuccessLatencyAffinityAndPreference() {
        assertThat(reputation.score("new")).isCloseTo(0.4 * 0.5 + 0.4 * 0.5 + 0.2, within(1e-9));
        reputation.succeeded("good", 1000, 1_000_000_000L);
        assertThat(reputation.score("good")).isCloseTo(0.4 * 0.55 + 0.4 + 0.2 / 2 + 0.01, within(1e-9));
        reputation.failed("bad");
        assertThat(reputation.score("bad")).isCloseTo(0.4 * 0.45 + 0 + 0.2, within(1e-9));
        reputation.prefer("bad", true);
        assertThat(reputation.score("bad")).isCloseTo(0.4 * 0.45 + 0.2 + 0.2, within(1e-9));
        for (int i = 0; i < 100; i++) {
            reputation.succeeded("constant", 1, 0);
        }
        assertThat(reputation.score("constant")).isCloseTo(0.4 + 0.4 + 0.2 + 0.1, within(1e-4));
    }

    @Test
    void whoFailedIsLeftAloneAndWhoLiedIsNeverChosen() throws IOException {
        reputation.succeeded("liar", 1, 0);
        reputation.prefer("liar", true);
        assertThat(reputation.best(List.of("a", "liar", "b"), 3)).containsExactly("liar", "a", "b");
        reputation.lied("liar");
        reputation.failed("a");
        assertThat(reputation.isAvailable("a")).isFalse();
        assertThat(reputation.best(List.of("a", "liar", "b"), 3)).containsExactly("b", "a");
        reputation.succeeded("liar", 1, 0);
        assertThat(reputation.score("liar")).isEqualTo(-1);
        assertThat(reputation.best(List.of("a", "liar", "b", "c"), 1)).containsExactly("b");
    }

    private static int records(Datastore datastore) throws IOException {
        int count = 0;
        try (Datastore.Entries stored = datastore.scan(new byte[] {'r', '/'})) {
            while (stored.next() != null) {
                count++;
            }
        }
        return count;
    }

    @Test
    void strangersThatLieFillNeitherTheDiskNorThePlaceOfASourceThatLied() throws IOException {
        MemoryDatastore datastore = new MemoryDatastore();
        Reputation before = new Reputation(SystemEnvironment.shared(), datastore);
        before.succeeded("gateway", 10, 0);
        before.lied("gateway");
        for (int i = 0; i < 2 * Reputation.PROVIDERS; i++) {
            before.lied("stranger-" + i);
        }
        assertThat(before.hasLied("gateway")).isTrue();
        assertThat(records(datastore)).isEqualTo(Reputation.PROVIDERS);
        for (int i = 0; i < 2 * Reputation.PROVIDERS; i++) {
            before.failed("slow-" + i);
        }
        before.flush();
        before.failed("another");
        before.flush();
        assertThat(records(datastore)).isLessThanOrEqualTo(2 * Reputation.PROVIDERS);
        assertThat(new Reputation(SystemEnvironment.shared(), datastore).hasLied("gateway"))
                .isTrue();
    }

    @Test
    void liarsAndScoresOutliveTheProcess() throws IOException {
        MemoryDatastore datastore = new MemoryDatastore();
        Reputation before = new Reputation(SystemEnvironment.shared(), datastore);
        before.lied("liar");
        before.succeeded("good", 10, 2_000_000_000L);
        before.flush();
        Reputation after = new Reputation(SystemEnvironment.shared(), datastore);
        assertThat(after.hasLied("liar")).isTrue();
        assertThat(after.stats("good")).isEqualTo(before.stats("good"));
    }

    @Test
    void strangersDoNotFillTheMemory() throws IOException {
        for (int i = 0; i < 3 * Reputation.PROVIDERS; i++) {
            reputation.succeeded("peer" + i, 1, 1);
            reputation.lied("liar" + i);
        }
        assertThat(reputation.stats("peer0").successes()).isZero();
        assertThat(reputation.stats("peer" + (3 * Reputation.PROVIDERS - 1)).successes())
                .isEqualTo(1);
    }
}
