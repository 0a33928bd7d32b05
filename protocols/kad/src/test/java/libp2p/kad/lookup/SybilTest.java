package libp2p.kad.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An attacker has put 20 to 45 peers closer to a key than any honest one. They take announcements and forget them, name
 * only each other, and know of no provider. Every peer near the key knows them.
 */
class SybilTest {
    private static final int NODES = 10_000;
    private static final int SEEDS = 200;
    private static final int FEW_SEEDS = 30;
    private static final LookupLimits LIMITS = LookupLimits.DEFAULT;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    /** A network with a victim key. */
    private static final class Siege {
        final ModelNetwork network;
        final Key key;
        final Set<PeerId> sybils = new HashSet<>();
        final Set<PeerId> holders = new HashSet<>();

        Siege(long seed, int count) {
            network = new ModelNetwork(seed, NODES);
            key = Key.of(network.newId());
            int bits = key.commonPrefix(Key.of(network.closestHonest(key, 1).getFirst()));
            List<PeerId> ids = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ids.add(network.newNear(key, bits + 1));
            }
            sybils.addAll(ids);
            for (PeerId id : ids) {
                network.add(id, (node, target) -> ids);
            }
            network.introduce(ids, key, 400);
        }

        List<Contact> closest(PeerId self, Key place, StopCondition goal) {
            Lookup lookup = new Lookup(place, self, goal, LIMITS, network.seeds(self, place), MINUTE);
            network.run(lookup, LIMITS);
            return lookup.closest();
        }

        double size(PeerId self) {
            NetworkSize size = new NetworkSize();
            for (int i = 0; i < 5; i++) {
                Key place = Key.of(network.newId());
                size.add(place, closest(self, place, StopCondition.CLOSEST));
            }
            return size.estimate();
        }

        /** The announcement of a host: to the closest, and to the whole region if they are suspiciously close. */
        void provide(PeerId self) {
            double size = size(self);
            List<Contact> closest = closest(self, key, StopCondition.CLOSEST);
            closest.forEach(contact -> holders.add(contact.id()));
            if (SybilDetector.isSuspected(key, closest, size)) {
                region(self, size).forEach(contact -> holders.add(contact.id()));
            }
        }

        private Set<Contact> region(PeerId self, double size) {
            Set<Contact> region = new LinkedHashSet<>();
            for (Key place : SybilDetector.regionKeys(key, SybilDetector.regionBits(size, LIMITS.k()))) {
                region.addAll(closest(self, place, StopCondition.CLOSEST));
            }
            return region;
        }

        boolean answersWithProvider(PeerId node) {
            return holders.contains(node) && !sybils.contains(node);
        }

        boolean find(PeerId self) {
            double size = size(self);
            boolean[] found = {false};
            Lookup lookup = new Lookup(key, self, StopCondition.CONVERGED, LIMITS, network.seeds(self, key), MINUTE);
            network.run(lookup, LIMITS, node -> {
                found[0] |= answersWithProvider(node);
                return false;
            });
            if (!found[0] && SybilDetector.isSuspected(key, lookup.closest(), size)) {
                found[0] = region(self, size).stream().anyMatch(contact -> answersWithProvider(contact.id()));
            }
            return found[0];
        }
    }

    private static int found(int seeds) {
        int found = 0;
        for (int seed = 0; seed < seeds; seed++) {
            Siege siege = new Siege(seed, 20 + seed * 11 % 26);
            siege.provide(siege.network.newId());
            if (siege.find(siege.network.newId())) {
                found++;
            }
        }
        return found;
    }

    @Test
    void providersAreFoundThoughTheirKeyIsSurrounded() {
        assertThat(found(FEW_SEEDS)).isGreaterThanOrEqualTo(FEW_SEEDS * 95 / 100);
    }

    @Test
    @Tag("long")
    void providersAreFoundThoughTheirKeyIsSurroundedUnderManySeeds() {
        int found = found(SEEDS);
        assertThat(found).isGreaterThanOrEqualTo(SEEDS * 95 / 100);
        assertThat(lowerBound(found, SEEDS)).isGreaterThanOrEqualTo(0.92);
    }

    /** Wilson's interval, one side of 95 %. */
    private static double lowerBound(int hits, int tries) {
        double z = 1.645;
        double rate = (double) hits / tries;
        double centre = rate + z * z / (2 * tries);
        double spread = z * Math.sqrt(rate * (1 - rate) / tries + z * z / (4.0 * tries * tries));
        return (centre - spread) / (1 + z * z / tries);
    }

    /** The defence is what helps: with the closest peers alone hardly any provider is found. */
    @Test
    void withoutTheRegionTheyWouldBeHidden() {
        int hidden = 0;
        for (int seed = 0; seed < 8; seed++) {
            Siege siege = new Siege(seed, 45);
            PeerId self = siege.network.newId();
            siege.closest(self, siege.key, StopCondition.CLOSEST).forEach(contact -> siege.holders.add(contact.id()));
            if (siege.holders.stream().noneMatch(siege::answersWithProvider)) {
                hidden++;
            }
        }
        assertThat(hidden).isGreaterThanOrEqualTo(6);
    }

    @Test
    void anHonestNeighbourhoodIsSeldomSuspected() {
        SplittableRandom random = new SplittableRandom(1);
        int suspected = 0;
        for (int round = 0; round < 2; round++) {
            ModelNetwork network = new ModelNetwork(random.nextLong(), NODES);
            for (int i = 0; i < 50; i++) {
                Key place = Key.of(network.newId());
                List<Contact> closest = network.closestHonest(place, LIMITS.k()).stream()
                        .map(network::contact)
                        .toList();
                if (SybilDetector.isSuspected(place, closest, NODES)) {
                    suspected++;
                }
            }
        }
        assertThat(suspected).isLessThanOrEqualTo(5);
    }

    @Test
    void theSizeOfTheNetworkIsJudgedWithinATenthOrSo() {
        for (int nodes : new int[] {500, 10_000}) {
            ModelNetwork network = new ModelNetwork(nodes, nodes);
            NetworkSize size = new NetworkSize();
            assertThat(size.estimate()).isZero();
            for (int i = 0; i < 15; i++) {
                Key place = Key.of(network.newId());
                size.add(
                        place,
                        network.closestHonest(place, LIMITS.k()).stream()
                                .map(network::contact)
                                .toList());
            }
            assertThat(size.estimate()).isBetween(nodes * 0.8, nodes * 1.25);
        }
    }
}
