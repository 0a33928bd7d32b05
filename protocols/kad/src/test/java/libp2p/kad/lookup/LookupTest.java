package libp2p.kad.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.kad.key.KeyPrefixPeerIds;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lookups in networks of a model, under seeds. */
class LookupTest {
    private static final LookupLimits LIMITS = LookupLimits.DEFAULT;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final int SEEDS = 20;

    private static Lookup lookup(ModelNetwork network, Key target, StopCondition goal, LookupLimits limits) {
        PeerId self = network.newId();
        return new Lookup(target, self, goal, limits, network.seeds(self, target), MINUTE);
    }

    private static List<PeerId> ids(List<Contact> contacts) {
        return contacts.stream().map(Contact::id).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 20, 21, 100, 2000})
    void theClosestOfTheWholeNetworkAreFound(int nodes) {
        for (long seed = 0; seed < SEEDS; seed++) {
            ModelNetwork network = new ModelNetwork(seed, nodes);
            Key target = Key.of(network.newId());
            Lookup lookup = lookup(network, target, StopCondition.CLOSEST, LIMITS);
            network.run(lookup, LIMITS);
            assertThat(ids(lookup.closest()))
                    .as("seed %s", seed)
                    .isEqualTo(network.closestHonest(target, ModelNetwork.K));
        }
    }

    @Test
    void aThirdOfTheNetworkIsDeadAndTheClosestThatLiveAreFound() {
        for (long seed = 0; seed < SEEDS; seed++) {
            ModelNetwork network = new ModelNetwork(seed, 1000);
            network.honest().stream()
                    .filter(node -> network.random.nextInt(3) == 0)
                    .forEach(network::kill);
            Key target = Key.of(network.newId());
            Lookup lookup = lookup(network, target, StopCondition.CLOSEST, LIMITS);
            network.run(lookup, LIMITS);
            List<PeerId> expected = network.closestHonest(target, ModelNetwork.K);
            assertThat(ids(lookup.closest())).as("seed %s", seed).startsWith(expected.getFirst());
            assertThat(ids(lookup.closest()).stream().filter(expected::contains).count())
                    .as("seed %s", seed)
                    .isGreaterThanOrEqualTo(15);
        }
    }

    @Test
    void convergingNeedsFewerRequestsThanFindingAllThatAreClosest() {
        long converged = 0;
        long closest = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            ModelNetwork network = new ModelNetwork(seed, 2000);
            Key target = Key.of(network.newId());
            Lookup brief = lookup(network, target, StopCondition.CONVERGED, LIMITS);
            network.run(brief, LIMITS);
            assertThat(ids(brief.closest()).subList(0, 3))
                    .as("seed %s", seed)
                    .isEqualTo(network.closestHonest(target, 3));
            Lookup whole = lookup(network, target, StopCondition.CLOSEST, LIMITS);
            network.run(whole, LIMITS);
            converged += brief.requests();
            closest += whole.requests();
        }
        assertThat(converged).isLessThan(closest);
        assertThat((double) closest / SEEDS).isLessThan(60);
    }

    @Test
    void noPeerToBeginWith() {
        PeerId self = new ModelNetwork(1, 1).newId();
        Lookup lookup = new Lookup(Key.of(self), self, StopCondition.CLOSEST, LIMITS, List.of(), MINUTE);
        assertThat(lookup.start(1)).isEmpty();
        assertThat(lookup.isDone()).isTrue();
        assertThat(lookup.closest()).isEmpty();
    }

    @Test
    void itEndsAtItsDeadlineWithWhatItHas() {
        ModelNetwork network = new ModelNetwork(3, 500);
        network.honest().forEach(node -> network.add(node, (id, target) -> null));
        Lookup lookup = lookup(
                network, Key.of(network.newId()), StopCondition.CLOSEST, LIMITS.withRequest(Duration.ofHours(1)));
        assertThat(network.run(lookup, LIMITS)).isEqualTo(MINUTE);
        assertThat(lookup.closest()).isEmpty();
        assertThat(lookup.requests()).isEqualTo(LIMITS.alpha());
    }

    @Test
    void whoNeverAnswersGivesItsPlaceToOthersAfterTheTimeout() {
        ModelNetwork network = new ModelNetwork(4, 500);
        Key target = Key.of(network.newId());
        List<PeerId> silent = network.closestHonest(target, 5);
        silent.forEach(node -> network.add(node, (id, wanted) -> null));
        Lookup lookup = lookup(network, target, StopCondition.CLOSEST, LIMITS);
        long took = network.run(lookup, LIMITS);
        assertThat(ids(lookup.closest())).hasSize(ModelNetwork.K).doesNotContainAnyElementsOf(silent);
        assertThat(took)
                .isBetween(LIMITS.request().toNanos(), 2 * LIMITS.request().toNanos());
    }

    /** Each answers at once, with twenty peers that do not exist and are closer than anybody. */
    @Test
    void liarsThatNameNobodyDoNotKeepOthersFromBeingFound() {
        for (long seed = 0; seed < SEEDS; seed++) {
            ModelNetwork network = new ModelNetwork(seed, 1000);
            Key target = Key.of(network.newId());
            SplittableRandom random = new SplittableRandom(seed);
            network.honest().stream()
                    .filter(node -> random.nextInt(5) == 0)
                    .forEach(node -> network.add(node, (id, wanted) -> invented(network, wanted, random)));
            Lookup lookup = lookup(network, target, StopCondition.CLOSEST, LIMITS);
            network.run(lookup, LIMITS);
            PeerId closest = network.closestHonest(target, 1).getFirst();
            assertThat(ids(lookup.closest())).as("seed %s", seed).contains(closest);
        }
    }

    private static List<PeerId> invented(ModelNetwork network, Key target, SplittableRandom random) {
        List<PeerId> absent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            absent.add(KeyPrefixPeerIds.near(target, 6, random));
        }
        return absent;
    }

    /** A network of liars in which each names another twenty, without end. */
    @Test
    void endlessAnswersEndAtTheNumberOfRequests() {
        ModelNetwork network = new ModelNetwork(6, 1);
        SplittableRandom random = new SplittableRandom(6);
        Key target = Key.of(network.newId());
        ModelNetwork.Behaviour endless = new ModelNetwork.Behaviour() {
            private int closer = 1;

            @Override
            public List<PeerId> answer(PeerId node, Key wanted) {
                closer = Math.min(closer + 1, 12);
                List<PeerId> more = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    PeerId liar = KeyPrefixPeerIds.near(wanted, closer, random);
                    network.add(liar, this);
                    more.add(liar);
                }
                return more;
            }
        };
        network.add(network.honest().getFirst(), endless);
        LookupLimits few = new LookupLimits(20, 10, 3, 3, Duration.ofSeconds(10), 50, 100, 20, 4, 2);
        Lookup lookup = new Lookup(
                target,
                network.newId(),
                StopCondition.CLOSEST,
                few,
                List.of(Contact.of(network.honest().getFirst(), List.of())),
                MINUTE);
        network.run(lookup, few);
        assertThat(lookup.requests()).isLessThanOrEqualTo(50);
        assertThat(lookup.isDone()).isTrue();
    }

    @Test
    void theFirstPeersAreChosenByLatencyToo() {
        ModelNetwork network = new ModelNetwork(8, 100);
        Key target = Key.of(network.newId());
        List<Contact> seeds = new ArrayList<>();
        List<PeerId> closest = network.closestHonest(target, 20);
        for (int i = 0; i < closest.size(); i++) {
            Contact contact = Contact.of(closest.get(i), List.of());
            long latency = i < 10
                    ? Duration.ofSeconds(3).toNanos()
                    : Duration.ofMillis(5).toNanos();
            seeds.add(new Contact(contact.id(), contact.key(), List.of(), latency));
        }
        Lookup lookup = new Lookup(target, network.newId(), StopCondition.CLOSEST, LIMITS, seeds, MINUTE);
        List<PeerId> first = ids(lookup.start(1));
        assertThat(first).hasSize(LIMITS.alpha());
        // One of the three paths may have but three of the quick ones, and is to ask four.
        assertThat(first.stream().filter(closest.subList(10, 20)::contains).count())
                .isGreaterThanOrEqualTo(9);
        network.run(lookup, LIMITS);
    }

    @Test
    void alphaRequestsAtATimeInAllAndEvenlyOverThePaths() {
        ModelNetwork network = new ModelNetwork(9, 1000);
        for (int alpha : new int[] {1, 3, 10}) {
            LookupLimits limits = LIMITS.withAlpha(alpha);
            Lookup lookup = lookup(network, Key.of(network.newId()), StopCondition.CLOSEST, limits);
            assertThat(lookup.start(1)).hasSize(alpha);
            assertThat(lookup.underWay()).isEqualTo(alpha);
        }
    }

    /** They are closer than the honest ones that are known at first, not than those that are there to be found. */
    @Test
    void liarsThatAreMostOfWhatIsKnownDoNotHideThePeersBesideAKey() {
        for (long seed = 0; seed < SEEDS; seed++) {
            ModelNetwork network = new ModelNetwork(seed, 1000);
            Key target = Key.of(network.newId());
            List<PeerId> liars = new ArrayList<>();
            for (int i = 0; i < 45; i++) {
                liars.add(network.newNear(target.flip(4), 12));
            }
            liars.forEach(liar -> network.add(liar, (node, wanted) -> liars));
            List<Contact> seeds = new ArrayList<>();
            liars.stream().limit(14).map(network::contact).forEach(seeds::add);
            network.honest().stream()
                    .filter(node -> network.random.nextInt(1000) < 10)
                    .map(network::contact)
                    .forEach(seeds::add);
            assertThat(seeds.size()).isGreaterThan(14);
            Lookup lookup = new Lookup(target, network.newId(), StopCondition.WIDE, LIMITS, seeds, MINUTE);
            network.run(lookup, LIMITS);
            List<PeerId> found = ids(lookup.closest());
            assertThat(network.closestHonest(target, ModelNetwork.K).stream()
                            .filter(found::contains)
                            .count())
                    .as("seed %s", seed)
                    .isGreaterThanOrEqualTo(17);
        }
    }

    /** Else its answer would not be awaited by the lookup that has asked it, which would end with its time alone. */
    @Test
    void ofThoseThatAWideLookupBeginsWithNoneIsForgottenForCloserOnes() {
        ModelNetwork network = new ModelNetwork(1, 0);
        Key target = Key.of(network.newId());
        List<Contact> seeds = new ArrayList<>();
        for (int i = 0; i < 2 * ModelNetwork.K; i++) {
            seeds.add(located(network, network.newNear(target.flip(0), 1)));
        }
        Lookup lookup = new Lookup(target, network.newId(), StopCondition.WIDE, LIMITS, seeds, MINUTE);
        Deque<Contact> asked = new ArrayDeque<>(lookup.start(0));
        while (!asked.isEmpty()) {
            PeerId peer = asked.remove().id();
            List<Contact> closer = new ArrayList<>();
            for (int i = 0; i < LIMITS.named(); i++) {
                closer.add(located(network, network.newNear(target, 4)));
            }
            asked.addAll(lookup.answered(peer, closer, 0));
        }
        assertThat(lookup.isDone()).as("nothing is waited for").isTrue();
    }

    /** All are of one IP group. */
    private static Contact located(ModelNetwork network, PeerId node) {
        network.locate(node, "8.8." + network.random.nextInt(256) + ".1");
        return network.contact(node);
    }

    private static Contact at(PeerId id, String... addresses) {
        return Contact.of(id, Stream.of(addresses).map(Multiaddr::parse).toList());
    }

    @Test
    void aPeerThatALiarNamesAtOtherAddressesIsAskedWhereOthersSayThatItIs() {
        ModelNetwork network = new ModelNetwork(9, 3);
        PeerId liar = network.newId();
        PeerId honest = network.newId();
        PeerId wanted = network.newId();
        String dead = "/ip4/9.9.9.9/tcp/1";
        String right = "/ip4/7.7.7.7/tcp/4001";
        for (boolean failsFirst : new boolean[] {true, false}) {
            Lookup lookup = new Lookup(
                    Key.of(wanted),
                    network.newId(),
                    StopCondition.CLOSEST,
                    LIMITS,
                    List.of(at(liar, "/ip4/8.1.1.1/tcp/1"), at(honest, "/ip4/8.2.1.1/tcp/1")),
                    MINUTE);
            lookup.start(0);
            assertThat(ids(lookup.answered(liar, List.of(at(wanted, dead)), 1))).containsExactly(wanted);
            List<Contact> again = List.of();
            if (failsFirst) {
                assertThat(lookup.failed(wanted, 2)).isEmpty();
                again = lookup.answered(honest, List.of(at(wanted, right)), 3);
            } else {
                assertThat(lookup.answered(honest, List.of(at(wanted, right)), 2))
                        .isEmpty();
                again = lookup.failed(wanted, 3);
            }
            assertThat(ids(again)).containsExactly(wanted);
            assertThat(again.getFirst().addresses()).contains(Multiaddr.parse(right));
            lookup.answered(wanted, List.of(), 4);
            assertThat(ids(lookup.closest())).startsWith(wanted);
        }
    }

    @Test
    void peersThatALiarPutsIntoOneNetworkAreAskedAllTheSame() {
        ModelNetwork network = new ModelNetwork(9, 3);
        PeerId liar = network.newId();
        PeerId honest = network.newId();
        List<Contact> invented = new ArrayList<>();
        List<Contact> right = new ArrayList<>();
        for (int i = 0; i < ModelNetwork.K; i++) {
            PeerId id = network.newId();
            invented.add(at(id, "/ip4/9.9.9." + (i + 1) + "/tcp/1"));
            right.add(at(id, "/ip4/" + (60 + i) + ".7.7.7/tcp/1"));
        }
        Lookup lookup = new Lookup(
                Key.of(network.newId()),
                network.newId(),
                StopCondition.CLOSEST,
                LIMITS,
                List.of(at(liar, "/ip4/8.1.1.1/tcp/1"), at(honest, "/ip4/8.2.1.1/tcp/1")),
                MINUTE);
        lookup.start(0);
        Deque<Contact> asked = new ArrayDeque<>(lookup.answered(liar, invented, 1));
        asked.addAll(lookup.answered(honest, right, 2));
        for (long now = 3; !asked.isEmpty(); now++) {
            Contact next = asked.poll();
            boolean isRight = right.stream().anyMatch(one -> next.addresses().containsAll(one.addresses()));
            asked.addAll(isRight ? lookup.answered(next.id(), List.of(), now) : lookup.failed(next.id(), now));
        }
        assertThat(lookup.closest().stream().filter(right::contains).count())
                .isGreaterThanOrEqualTo(ModelNetwork.K - 2);
    }

    @Test
    void addressesThatOthersInventForADeadPeerHaveItAskedAFewTimesOnly() {
        ModelNetwork network = new ModelNetwork(9, 3);
        PeerId dead = network.newId();
        List<Contact> liars = new ArrayList<>();
        for (int i = 0; i < LIMITS.alpha(); i++) {
            liars.add(at(network.newId(), "/ip4/" + (60 + i) + ".1.1.1/tcp/1"));
        }
        Lookup lookup = new Lookup(Key.of(dead), network.newId(), StopCondition.CLOSEST, LIMITS, liars, MINUTE);
        lookup.start(0);
        int requests = 0;
        for (int i = 0; i < liars.size(); i++) {
            List<Contact> next =
                    lookup.answered(liars.get(i).id(), List.of(at(dead, "/ip4/" + (80 + i) + ".1.1.1/tcp/1")), i);
            requests += next.size();
            next.forEach(one -> lookup.failed(one.id(), 1));
        }
        assertThat(requests).isEqualTo(3);
        assertThat(lookup.isDone()).isTrue();
    }
}
