package libp2p.kad.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A hydra: one machine, or a few, with so many ids that they are the closest to every key. They take announcements and forget
 * them, and name only each other. Ids next to a place are made when the place is looked up, which is the same to a lookup as
 * if all had been there before.
 */
class HydraTest {
    private static final int NODES = 1_000;
    private static final int NETWORKS = 5;
    /** So many ids next to each place stand for a hundred times as many ids as there are honest nodes. */
    private static final int NEAR = 40;

    private static final int BITS = 17;
    private static final int KEYS = 20;
    private static final LookupLimits LIMITS = LookupLimits.DEFAULT;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private static final class Field {
        final ModelNetwork network;
        final SplittableRandom random;
        final Set<PeerId> heads = new HashSet<>();

        Field(long seed) {
            network = new ModelNetwork(seed, NODES);
            random = new SplittableRandom(seed);
            int i = 0;
            for (PeerId node : network.honest()) {
                network.locate(node, (60 + i / 200) + "." + i % 200 + ".1.1");
                i++;
            }
        }

        /** The ids of the hydra next to a place are there, and the honest nodes around know three of each network. */
        private void besiege(Key place) {
            List<PeerId> near = new ArrayList<>();
            for (int i = 0; i < NEAR; i++) {
                PeerId head = network.newNear(place, BITS);
                network.locate(head, "52." + i % NETWORKS + ".7." + i);
                near.add(head);
            }
            heads.addAll(near);
            near.forEach(head -> network.add(head, (node, target) -> near));
            network.introduce(near.subList(0, 3 * NETWORKS), place, 200);
        }

        Lookup lookup(PeerId self, Key place, StopCondition goal, ModelNetwork.Observer observer) {
            Lookup lookup = new Lookup(place, self, goal, LIMITS, network.seeds(self, place), MINUTE);
            network.run(lookup, LIMITS, observer);
            return lookup;
        }

        List<Contact> closest(PeerId self, byte[] name) {
            return lookup(self, Key.of(name), StopCondition.CLOSEST, node -> false)
                    .closest();
        }

        double size(PeerId self) {
            NetworkSize size = new NetworkSize();
            for (int i = 0; i < 5; i++) {
                Key place = Key.of(network.newId());
                besiege(place);
                Lookup lookup = lookup(self, place, StopCondition.CLOSEST, node -> false);
                size.add(place, lookup.uncrowded());
            }
            return size.estimate();
        }

        List<Contact> region(PeerId self, Lookup lookup, double size) throws IOException {
            return Region.around(
                    lookup.target(), lookup.closest(), size, LIMITS.k(), false, random, names -> names.stream()
                            .map(name -> closest(self, name))
                            .toList());
        }
    }

    /** Announces a key and looks for it; returns whether it was found. */
    private static boolean isFound(Field field, double size) throws IOException {
        Key key = Key.of(field.network.newId());
        field.besiege(key);
        PeerId provider = field.network.newId();
        Set<PeerId> holders = new HashSet<>();
        Lookup announced = field.lookup(provider, key, StopCondition.CLOSEST, node -> false);
        announced.closest().forEach(contact -> holders.add(contact.id()));
        field.region(provider, announced, size).forEach(contact -> holders.add(contact.id()));
        holders.removeAll(field.heads);
        boolean[] found = {false};
        PeerId reader = field.network.newId();
        Lookup lookup = field.lookup(reader, key, StopCondition.CONVERGED, node -> {
            found[0] |= holders.contains(node);
            return false;
        });
        for (Contact contact : field.region(reader, lookup, size)) {
            found[0] |= holders.contains(contact.id());
        }
        return found[0];
    }

    private static void announce(int seeds) throws IOException {
        for (int seed = 0; seed < seeds; seed++) {
            Field field = new Field(seed);
            double size = field.size(field.network.newId());
            assertThat(size).as("size of the network").isBetween(NODES / 2.0, NODES * 2.0);
            int found = 0;
            for (int i = 0; i < KEYS; i++) {
                found += isFound(field, size) ? 1 : 0;
            }
            assertThat(found).as("of %d keys", KEYS).isGreaterThanOrEqualTo(KEYS * 19 / 20);
        }
    }

    @Test
    void announcementsReachHonestPeersThoughAHydraSurroundsEveryKey() throws IOException {
        announce(1);
    }

    @Test
    @Tag("long")
    void announcementsReachHonestPeersThoughAHydraSurroundsEveryKeyUnderFiveSeeds() throws IOException {
        announce(5);
    }
}
