package libp2p.discovery.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.record.RecordLimits;
import libp2p.discovery.rendezvous.Registrations.Change;
import libp2p.discovery.rendezvous.Registrations.Entry;
import libp2p.discovery.rendezvous.Registrations.Page;
import libp2p.discovery.rendezvous.Registrations.Refusal;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RegistrationsTest {
    private static final long HOURS_2 = Duration.ofHours(2).toMillis();
    private static final int ALL = 1 << 20;
    private static final List<PeerId> PEERS = new ArrayList<>();

    static {
        for (int i = 0; i < 12; i++) {
            PEERS.add(Identity.generate(SystemEnvironment.shared()).peerId());
        }
    }

    private final Registrations registrations =
            new Registrations(RendezvousLimits.DEFAULT.withRegistrations(20, 4), 100, new Random(1));

    private static Change register(Registrations at, int peer, String namespace, long seconds, long now)
            throws Refusal {
        RecordForm.Content content = new RecordForm.Content(RecordForm.STANDARD, PEERS.get(peer), List.of());
        return at.register(namespace, content, new byte[100], "group " + peer, seconds, now);
    }

    private Change register(int peer, String namespace) throws Refusal {
        return register(registrations, peer, namespace, 0, 0);
    }

    private Page discover(@Nullable String namespace, byte @Nullable [] cookie, int limit) throws Refusal {
        return registrations.discover(namespace, cookie, limit, null, ALL);
    }

    private static List<Integer> peers(Page page) {
        return page.entries().stream().map(entry -> PEERS.indexOf(entry.peer())).toList();
    }

    private void refused(Status status, org.assertj.core.api.ThrowableAssert.ThrowingCallable what) {
        assertThatThrownBy(what)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(status));
    }

    @Test
    void whoIsRegisteredIsFoundInItsNamespaceAndInAll() throws Exception {
        register(0, "a");
        register(1, "b");
        register(2, "a");
        assertThat(peers(discover("a", null, 0))).containsExactlyInAnyOrder(0, 2);
        assertThat(peers(discover(null, null, 0))).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(peers(discover("c", null, 0))).isEmpty();
        registrations.unregister("a", PEERS.get(0));
        registrations.unregister("c", PEERS.get(0));
        assertThat(peers(discover("a", null, 0))).containsExactlyInAnyOrder(2);
    }

    @Test
    void aCookieAsksForWhatHasComeSince() throws Exception {
        register(0, "a");
        register(1, "a");
        Page first = discover("a", null, 0);
        assertThat(peers(discover("a", first.cookie(), 0))).isEmpty();
        register(2, "a");
        register(3, "b");
        register(0, "a"); // again
        Page second = discover("a", first.cookie(), 0);
        assertThat(peers(second)).containsExactlyInAnyOrder(2, 0);
        assertThat(peers(discover("a", second.cookie(), 0))).isEmpty();
        assertThat(peers(discover("a", null, 0))).as("once each").containsExactlyInAnyOrder(1, 2, 0);
    }

    @Test
    void pagesTellEachRegistrationOnceWhateverTheirSize() throws Exception {
        for (int i = 0; i < 10; i++) {
            register(i, "a");
            register(i, "b");
        }
        for (int size : new int[] {1, 3, 7, 20}) {
            List<Integer> all = new ArrayList<>();
            Page page = discover("a", null, size);
            while (!page.entries().isEmpty()) {
                assertThat(page.entries()).hasSizeLessThanOrEqualTo(size);
                all.addAll(peers(page));
                page = discover("a", page.cookie(), size);
            }
            assertThat(all).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        }
        Page small = registrations.discover("a", null, 0, null, 500);
        assertThat(small.entries()).as("of 500 bytes").hasSizeBetween(1, 4);
    }

    @Test
    void aCookieThatWasNotGivenIsRefused() throws Exception {
        register(0, "a");
        byte[] cookie = discover("a", null, 0).cookie();
        refused(Status.INVALID_COOKIE, () -> discover("b", cookie, 0));
        refused(Status.INVALID_COOKIE, () -> discover(null, cookie, 0));
        refused(Status.INVALID_COOKIE, () -> discover("a", new byte[] {1, 2, 3}, 0));
        refused(
                Status.INVALID_COOKIE,
                () -> discover(
                        "a", ByteBuffer.allocate(9).putLong(101).put((byte) 'a').array(), 0));
        refused(
                Status.INVALID_COOKIE,
                () -> discover(
                        "a", ByteBuffer.allocate(9).putLong(-2).put((byte) 'a').array(), 0));
        assertThat(peers(discover("a", new byte[0], 0))).containsExactlyInAnyOrder(0);
    }

    @Test
    void timesToLiveAreWithinTheirBounds() throws Exception {
        refused(Status.INVALID_TTL, () -> register(registrations, 0, "a", 7_199, 0));
        refused(Status.INVALID_TTL, () -> register(registrations, 0, "a", 72 * 3_600 + 1, 0));
        refused(Status.INVALID_TTL, () -> register(registrations, 0, "a", -1, 0));
        register(registrations, 0, "a", 0, 0);
        register(registrations, 1, "a", 72 * 3_600, 0);
        assertThat(registrations.nextExpiry()).isEqualTo(HOURS_2);
        assertThat(registrations.expire(HOURS_2 - 1).removed()).isEmpty();
        assertThat(registrations.expire(HOURS_2).removed()).containsExactlyInAnyOrder(100L);
        assertThat(peers(discover("a", null, 0))).containsExactlyInAnyOrder(1);
        assertThat(registrations.expire(Duration.ofHours(72).toMillis()).removed())
                .containsExactlyInAnyOrder(101L);
        assertThat(registrations.nextExpiry()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void namespacesAreWithinTheirBounds() throws Exception {
        refused(Status.INVALID_NAMESPACE, () -> register(0, ""));
        refused(Status.INVALID_NAMESPACE, () -> register(0, "x".repeat(256)));
        refused(Status.INVALID_NAMESPACE, () -> register(0, "ü".repeat(128)));
        refused(Status.INVALID_NAMESPACE, () -> discover("x".repeat(256), null, 0));
        register(0, "x".repeat(255));
    }

    @Test
    void aPeerHasNoMoreRegistrationsThanTheLimit() throws Exception {
        for (int i = 0; i < 4; i++) {
            register(0, "n" + i);
        }
        refused(Status.UNAVAILABLE, () -> register(0, "n4"));
        register(0, "n3"); // renewing is possible
        assertThat(registrations.size()).isEqualTo(4);
    }

    @Test
    void withoutRoomOneOfTheMostCrowdedGroupLeaves() throws Exception {
        for (int peer = 0; peer < 5; peer++) {
            for (int i = 0; i < (peer == 2 ? 4 : peer < 2 ? 3 : 1); i++) {
                register(peer, "n" + i);
            }
        }
        for (int i = 0; i < 4; i++) {
            register(5, "n" + i);
            register(6, "n" + i);
        }
        assertThat(registrations.size()).isEqualTo(20);
        Set<Integer> crowded = Set.of(2, 5, 6);
        for (int peer = 7; peer < 10; peer++) {
            Change change = register(peer, "n9");
            assertThat(change.removed()).hasSize(1);
            assertThat(registrations.size()).isEqualTo(20);
        }
        assertThat(peers(discover("n9", null, 0))).containsExactlyInAnyOrder(7, 8, 9);
        for (int peer = 0; peer < 5; peer++) {
            int kept = Collections.frequency(peers(discover(null, null, 0)), peer);
            assertThat(kept).isEqualTo(crowded.contains(peer) ? 3 : peer < 2 ? 3 : 1);
        }
    }

    @Test
    void recordsFillNoMoreMemoryThanTheLimit() throws Exception {
        Registrations small = new Registrations(RendezvousLimits.DEFAULT.withBytes(8_192), 0, new Random(1));
        RecordForm.Content content = new RecordForm.Content(RecordForm.STANDARD, PEERS.get(0), List.of());
        small.register("a", content, new byte[2_000], "one", 0, 0);
        small.register("b", content, new byte[3_000], "other", 0, 0);
        small.register("c", content, new byte[3_000], "other", 0, 0);
        assertThat(small.register("d", content, new byte[3_000], "other", 0, 0).removed())
                .isSubsetOf(1L, 2L)
                .hasSize(1);
        refused(Status.INVALID_SIGNED_PEER_RECORD, () -> small.register("a", content, new byte[8_193], "one", 0, 0));
        assertThat(small.register("e", content, new byte[8_192], "third", 0, 0).removed())
                .as("a record that fills it all")
                .hasSize(3);
        assertThat(small.size()).isEqualTo(1);
    }

    @Test
    void whoReadsOneFormGetsThatForm() throws Exception {
        register(0, "a");
        RecordForm.Content rust = new RecordForm.Content(RecordForm.ROUTING_STATE, PEERS.get(0), List.of());
        registrations.register("a", rust, new byte[50], "", 0, 0);
        assertThat(registrations
                        .discover("a", null, 0, List.of(RecordForm.ROUTING_STATE), ALL)
                        .entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.form()).isEqualTo(RecordForm.ROUTING_STATE));
        registrations.unregister("a", PEERS.get(0));
        assertThat(registrations.size()).isZero();
    }

    @Test
    void whatIsTakenFromTheDiskIsBoundedAndNumbersGoOn() throws Exception {
        Entry kept = register(0, "a").added();
        Registrations again = new Registrations(RendezvousLimits.DEFAULT.withRegistrations(1, 1), 2_000, new Random(1));
        assertThat(again.restore(kept, HOURS_2)).as("expired").isFalse();
        assertThat(again.restore(kept, 0)).isTrue();
        assertThat(again.restore(register(1, "a").added(), 0))
                .as("one too many")
                .isFalse();
        assertThat(again.next()).isEqualTo(2_000);
        byte[] old =
                ByteBuffer.allocate(9).putLong(100).put("a".getBytes(UTF_8)).array();
        assertThat(again.discover("a", old, 0, null, ALL).entries())
                .as("known by the cookie")
                .isEmpty();
    }

    /** The finding: 313 ids with 32 registrations each filled a point for three days. */
    @Test
    void strangersOfOneNetworkThatFillAPointPushOutTheirOwn() throws Exception {
        Random random = new Random(3);
        Registrations full = new Registrations(RendezvousLimits.DEFAULT, 0, random);
        int most = RendezvousLimits.DEFAULT.registrations();
        for (int i = 0; i < most; i++) {
            full.register("n" + i % 32, content(random), new byte[200], "80.1.0.0/16", 0, 0);
        }
        Set<PeerId> honest = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            RecordForm.Content content = content(random);
            honest.add(content.peer());
            full.register("honest", content, new byte[200], "91." + i + ".0.0/16", 0, 0);
        }
        for (int i = 0; i < most; i++) {
            full.register("honest", content(random), new byte[200], "80.1.0.0/16", 0, 0);
        }
        assertThat(full.size()).isEqualTo(most);
        Set<PeerId> found = new HashSet<>();
        Page page = full.discover("honest", null, 0, null, ALL);
        while (!page.entries().isEmpty()) {
            page.entries().forEach(entry -> found.add(entry.peer()));
            page = full.discover("honest", page.cookie(), 0, null, ALL);
        }
        assertThat(found).containsAll(honest);
    }

    /** The finding: 1,000 ids that came first were all that an asker for 1,000 heard of. */
    @Test
    void thoseThatCameFirstAreNotTheOnesThatAllAskersHearOf() throws Exception {
        Random random = new Random(5);
        Registrations many = new Registrations(RendezvousLimits.DEFAULT, 0, random);
        Set<PeerId> honest = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            RecordForm.Content content = content(random);
            if (i >= 1_000) {
                honest.add(content.peer());
            }
            many.register("a", content, new byte[200], "80.1.0.0/16", 0, 0);
        }
        long heard = 0;
        for (int i = 0; i < 100; i++) {
            heard += many.discover("a", null, 0, null, ALL).entries().stream()
                    .filter(entry -> honest.contains(entry.peer()))
                    .count();
        }
        assertThat(heard).isBetween(40_000L, 80_000L);
    }

    @Test
    void allAreToldOnceWhereverTheAnswersBeginAndThenWhatHasComeSince() throws Exception {
        for (int i = 0; i < 10; i++) {
            register(i, "a");
        }
        for (int turn = 0; turn < 30; turn++) {
            List<Integer> all = new ArrayList<>();
            Page page = discover("a", null, 3);
            all.addAll(peers(page));
            register(10, "a");
            registrations.unregister("a", PEERS.get(10));
            register(11, "a");
            for (Page more = page; !more.entries().isEmpty(); page = more) {
                more = discover("a", more.cookie(), 3);
                all.addAll(peers(more));
            }
            assertThat(all)
                    .as("one more moves the place of the start by one at most")
                    .hasSizeBetween(11, 12)
                    .contains(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11);
            assertThat(peers(discover("a", page.cookie(), 3))).isEmpty();
            register(10, "a");
            assertThat(peers(discover("a", page.cookie(), 3))).containsExactlyInAnyOrder(10);
            registrations.unregister("a", PEERS.get(10));
            registrations.unregister("a", PEERS.get(11));
        }
    }

    private static RecordForm.Content content(Random random) {
        byte[] id = new byte[34];
        random.nextBytes(id);
        id[0] = 0x12;
        id[1] = 32;
        return new RecordForm.Content(RecordForm.STANDARD, PeerId.fromBytes(id), List.of());
    }

    /** Against a plain model, over many random steps. */
    @Test
    void itAgreesWithAModel() throws Exception {
        Random random = new Random(7);
        record Model(String namespace, int peer, long expires) {}
        List<Model> model = new ArrayList<>();
        long now = 0;
        for (int step = 0; step < 5_000; step++) {
            now += random.nextInt(600_000);
            long at = now;
            registrations.expire(now);
            model.removeIf(one -> one.expires() <= at);
            int peer = random.nextInt(PEERS.size());
            String namespace = "n" + random.nextInt(6);
            if (random.nextInt(3) == 0) {
                registrations.unregister(namespace, PEERS.get(peer));
                model.removeIf(one -> one.namespace().equals(namespace) && one.peer() == peer);
            } else {
                boolean known = model.stream().anyMatch(one -> one.namespace().equals(namespace) && one.peer() == peer);
                long own = model.stream().filter(one -> one.peer() == peer).count();
                boolean fits = known || own < 4;
                try {
                    Map<Long, Entry> before = new HashMap<>();
                    discover(null, null, 0).entries().forEach(entry -> before.put(entry.number(), entry));
                    Change change = register(registrations, peer, namespace, 0, now);
                    assertThat(fits).isTrue();
                    assertThat(change.removed()).hasSize(known || model.size() == 20 ? 1 : 0);
                    change.removed()
                            .forEach(number -> model.removeIf(one ->
                                    one.namespace().equals(before.get(number).namespace())
                                            && PEERS.get(one.peer())
                                                    .equals(before.get(number).peer())));
                    model.add(new Model(namespace, peer, now + HOURS_2));
                } catch (Refusal refusal) {
                    assertThat(fits).isFalse();
                }
            }
            assertThat(registrations.size()).isEqualTo(model.size());
            assertThat(peers(discover(namespace, null, 0)))
                    .containsExactlyInAnyOrderElementsOf(model.stream()
                            .filter(one -> one.namespace().equals(namespace))
                            .map(Model::peer)
                            .toList());
        }
    }

    /** Of 128 addresses each, which as objects would take five times the bytes of the record. */
    @Test
    void twoPointsThatAreFullOfRecordsWithManyAddressesFitIntoTheHeapOfATest() throws Exception {
        List<Registrations> points = new ArrayList<>();
        for (int point = 0; point < 2; point++) {
            Registrations full = new Registrations(RendezvousLimits.DEFAULT, 0, new Random(1));
            for (int i = 0; full.size() == i; i++) {
                PeerId peer = PEERS.get(i % PEERS.size());
                byte[] record = RecordForm.unsigned(peer, addresses(i));
                RecordForm.Content content = RecordForm.decode(record);
                RecordForm.Content other = new RecordForm.Content(content.form(), peer(i), content.addresses());
                full.register("room " + i, other, record, "group", 0, 0);
            }
            points.add(full);
        }
        assertThat(points)
                .allSatisfy(full -> assertThat(full.size()).isEqualTo(RendezvousLimits.DEFAULT.registrations()));
    }

    private static List<Multiaddr> addresses(int number) {
        List<Multiaddr> addresses = new ArrayList<>();
        for (int i = 0; i < RecordLimits.RECORD_ADDRESSES; i++) {
            addresses.add(Multiaddr.parse("/ip4/9." + number % 256 + "." + i + ".1"));
        }
        return addresses;
    }

    /** One of as many peers as there may be, each with 32 registrations at most. */
    private static PeerId peer(int registration) {
        int number = registration / RendezvousLimits.DEFAULT.perPeer();
        byte[] hash = Multihash.sha256(
                        ByteBuffer.allocate(Integer.BYTES).putInt(number).array())
                .toBytes();
        return PeerId.fromBytes(hash);
    }

    @Test
    void aSmallHeapHasRoomForFewerRegistrations() {
        RendezvousLimits small = RendezvousLimits.DEFAULT.withinHeap(64 << 20);
        assertThat(small.bytes()).isEqualTo(4 << 20);
        assertThat(small.registrations()).isEqualTo(4_096);
        assertThat(small.withinHeap(1).registrations()).as("those of one peer").isEqualTo(small.perPeer());
        assertThat(RendezvousLimits.DEFAULT.withinHeap(1L << 30)).isEqualTo(RendezvousLimits.DEFAULT);
    }

    @Test
    void aRecordThatWasTakenIsGivenInItsUnsignedFormToo() throws Exception {
        Identity identity = Identity.generate(SystemEnvironment.shared());
        List<Multiaddr> addresses = addresses(1);
        byte[] unsigned = RecordForm.unsigned(identity.peerId(), addresses);
        for (RecordForm form : RecordForm.values()) {
            assertThat(form.toUnsigned(form.encode(identity, 1, addresses))).isEqualTo(unsigned);
        }
    }
}
