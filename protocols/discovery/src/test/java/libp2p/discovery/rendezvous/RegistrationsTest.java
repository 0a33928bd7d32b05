package libp2p.discovery.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.discovery.rendezvous.Registrations.Change;
import libp2p.discovery.rendezvous.Registrations.Entry;
import libp2p.discovery.rendezvous.Registrations.Page;
import libp2p.discovery.rendezvous.Registrations.Refusal;
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
            new Registrations(RendezvousLimits.DEFAULT.withRegistrations(20, 4), 100);

    private static Change register(Registrations at, int peer, String namespace, long seconds, long now)
            throws Refusal {
        RecordForm.Content content = new RecordForm.Content(RecordForm.STANDARD, PEERS.get(peer), List.of());
        return at.register(namespace, content, new byte[100], seconds, now);
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
        assertThat(peers(discover("a", null, 0))).containsExactly(0, 2);
        assertThat(peers(discover(null, null, 0))).containsExactly(0, 1, 2);
        assertThat(peers(discover("c", null, 0))).isEmpty();
        registrations.unregister("a", PEERS.get(0));
        registrations.unregister("c", PEERS.get(0));
        assertThat(peers(discover("a", null, 0))).containsExactly(2);
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
        assertThat(peers(second)).containsExactly(2, 0);
        assertThat(peers(discover("a", second.cookie(), 0))).isEmpty();
        assertThat(peers(discover("a", null, 0))).as("once each").containsExactly(1, 2, 0);
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
            assertThat(all).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
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
        assertThat(peers(discover("a", new byte[0], 0))).containsExactly(0);
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
        assertThat(registrations.expire(HOURS_2).removed()).containsExactly(100L);
        assertThat(peers(discover("a", null, 0))).containsExactly(1);
        assertThat(registrations.expire(Duration.ofHours(72).toMillis()).removed())
                .containsExactly(101L);
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
    void aPeerHasNoMoreRegistrationsThanTheLimitAndNobodyPushesOthersOut() throws Exception {
        for (int i = 0; i < 4; i++) {
            register(0, "n" + i);
        }
        refused(Status.UNAVAILABLE, () -> register(0, "n4"));
        register(0, "n3"); // renewing is possible
        for (int peer = 1; peer <= 4; peer++) {
            for (int i = 0; i < 4; i++) {
                register(peer, "n" + i);
            }
        }
        assertThat(registrations.size()).isEqualTo(20);
        refused(Status.UNAVAILABLE, () -> register(5, "n0"));
        assertThat(registrations.size()).isEqualTo(20);
        registrations.unregister("n0", PEERS.get(0));
        register(5, "n0");
        assertThat(peers(discover("n0", null, 0))).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void recordsFillNoMoreMemoryThanTheLimit() throws Exception {
        Registrations small = new Registrations(RendezvousLimits.DEFAULT.withBytes(8_192), 0);
        RecordForm.Content content = new RecordForm.Content(RecordForm.STANDARD, PEERS.get(0), List.of());
        small.register("a", content, new byte[5_000], 0, 0);
        refused(Status.UNAVAILABLE, () -> small.register("b", content, new byte[5_000], 0, 0));
        small.register("a", content, new byte[8_000], 0, 0);
        refused(Status.INVALID_SIGNED_PEER_RECORD, () -> small.register("a", content, new byte[8_193], 0, 0));
        small.unregister("a", PEERS.get(0));
        small.register("b", content, new byte[8_192], 0, 0);
    }

    @Test
    void whoReadsOneFormGetsThatForm() throws Exception {
        register(0, "a");
        RecordForm.Content rust = new RecordForm.Content(RecordForm.ROUTING_STATE, PEERS.get(0), List.of());
        registrations.register("a", rust, new byte[50], 0, 0);
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
        Registrations again = new Registrations(RendezvousLimits.DEFAULT.withRegistrations(1, 1), 2_000);
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
                boolean fits = known || (own < 4 && model.size() < 20);
                try {
                    register(registrations, peer, namespace, 0, now);
                    assertThat(fits).isTrue();
                    model.removeIf(one -> one.namespace().equals(namespace) && one.peer() == peer);
                    model.add(new Model(namespace, peer, now + HOURS_2));
                } catch (Refusal refusal) {
                    assertThat(fits).isFalse();
                }
            }
            assertThat(registrations.size()).isEqualTo(model.size());
            assertThat(peers(discover(namespace, null, 0)))
                    .containsExactlyElementsOf(model.stream()
                            .filter(one -> one.namespace().equals(namespace))
                            .map(Model::peer)
                            .toList());
        }
    }
}
