package libp2p.kad.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import org.junit.jupiter.api.Test;

/** Announcing before a lookup has ended, and asking every server for everything, in networks of a model. */
class OptimismTest {
    private static final LookupLimits LIMITS = LookupLimits.DEFAULT;
    private static final int NODES = 1000;
    private static final int KEYS = 40;
    /** Three quarters of k: then the caller goes on. */
    private static final int ENOUGH = 15;

    @Test
    void thoseThatAreToldDuringALookupAreNearlyTheClosestAndEnoughOfThemLongBeforeItsEnd() {
        ModelNetwork network = new ModelNetwork(11, NODES);
        DistanceThresholds closeness = new DistanceThresholds(LIMITS.k(), NODES);
        int told = 0;
        int right = 0;
        int answers = 0;
        int untilEnough = 0;
        for (int i = 0; i < KEYS; i++) {
            PeerId self = network.newId();
            Key target = Key.of(network.newId());
            Lookup lookup = new Lookup(
                    target, self, StopCondition.CLOSEST, LIMITS, network.seeds(self, target), Long.MAX_VALUE);
            Set<PeerId> early = new HashSet<>();
            int[] close = {0};
            int[] enough = {0};
            network.run(lookup, LIMITS, node -> {
                network.answerOf(node, target).stream()
                        .filter(named -> closeness.isNear(target, Key.of(named)))
                        .forEach(early::add);
                enough[0] += early.size() < ENOUGH ? 1 : 0;
                close[0] += closeness.isAmongAll(target, Key.of(node)) ? 1 : 0;
                return close[0] >= LIMITS.k();
            });
            lookup.closest().forEach(contact -> early.add(contact.id()));
            answers += lookup.answers();
            untilEnough += enough[0];
            told += early.size();
            right += (int) network.closestHonest(target, LIMITS.k()).stream()
                    .filter(early::contains)
                    .count();
        }
        assertThat(right).as("of the k closest").isGreaterThanOrEqualTo(KEYS * LIMITS.k() * 9 / 10);
        assertThat(told).as("peers that are told").isLessThanOrEqualTo(KEYS * LIMITS.k() * 12 / 10);
        assertThat(untilEnough).as("answers until enough are told").isLessThan(answers * 2 / 3);
    }

    @Test
    void howCloseIsNearFollowsFromTheSizeOfTheNetwork() {
        Key target = Key.of(new byte[] {1});
        ModelNetwork network = new ModelNetwork(3, NODES);
        DistanceThresholds closeness = new DistanceThresholds(LIMITS.k(), NODES);
        List<PeerId> closest = network.closestHonest(Key.of(network.newId()), 100);
        assertThat(closest).isNotEmpty();
        List<PeerId> around = network.closestHonest(target, 100);
        assertThat(closeness.isNear(target, Key.of(around.getFirst()))).isTrue();
        assertThat(closeness.isNear(target, Key.of(around.getLast()))).isFalse();
        assertThat(closeness.isAmongAll(target, Key.of(around.getLast()))).isFalse();
        assertThatThrownBy(() -> new DistanceThresholds(20, 19)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCrawlFindsAllServersThatLive() {
        ModelNetwork network = new ModelNetwork(5, NODES);
        Set<PeerId> dead = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            PeerId node = network.honest().get(i * 20);
            network.kill(node);
            dead.add(node);
        }
        PeerId self = network.newId();
        Crawl crawl =
                new Crawl(network.seeds(self, Key.of(self)), self, LIMITS.k(), 10 * NODES, new SplittableRandom(1));
        for (List<Crawl.Request> round; !(round = crawl.round()).isEmpty(); ) {
            for (Crawl.Request request : round) {
                PeerId node = request.peer().id();
                if (!dead.contains(node)) {
                    crawl.answered(
                            request,
                            network.answerOf(node, Key.of(request.name())).stream()
                                    .map(network::contact)
                                    .toList());
                }
            }
        }
        assertThat(crawl.found()).hasSize(NODES - dead.size()).noneMatch(contact -> dead.contains(contact.id()));
        assertThat(crawl.requests()).isLessThan(12 * NODES);
        Crawl small = new Crawl(network.seeds(self, Key.of(self)), self, LIMITS.k(), 10, new SplittableRandom(1));
        assertThat(small.round()).as("no more than are allowed").hasSizeLessThanOrEqualTo(10);
    }
}
