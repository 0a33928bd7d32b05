package libp2p.discovery.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.Results;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EnhancedDhtDiscoveryTest {
    private static final Cid CID = Cid.v1(Multicodec.RAW, Multihash.sha256(new byte[1]));

    private long now = 1;
    private final Environment clock = new ForwardingEnvironment(SystemEnvironment.shared()) {
        @Override
        public long nanoTime() {
            return now;
        }
    };
    private final List<PeerAddress> network = new ArrayList<>();
    private int searched;
    private final EnhancedDhtDiscovery discovery = new EnhancedDhtDiscovery(
            clock,
            new ContentRouting() {
                @Override
                public void provide(Cid cid, Deadline deadline) {}

                @Override
                public Results<PeerAddress> findProviders(Cid cid, Deadline deadline) {
                    searched++;
                    Iterator<PeerAddress> all = network.iterator();
                    return new Results<>() {
                        @Override
                        public @Nullable PeerAddress next() {
                            return all.hasNext() ? all.next() : null;
                        }

                        @Override
                        public void close() {}
                    };
                }
            },
            ProviderLimits.DEFAULT);

    private static PeerId peer() {
        return Identity.generate(SystemEnvironment.shared()).peerId();
    }

    private List<PeerId> peers(int count) {
        List<PeerId> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(peer());
            network.add(PeerAddress.of(peers.getLast()));
        }
        return peers;
    }

    private List<PeerId> optimal(Set<PeerId> preferred) {
        return discovery.optimalProviders(CID, 10, preferred).stream()
                .map(PeerAddress::peer)
                .toList();
    }

    @Test
    void theScoreIsTheFormula() {
        PeerId peer = peer();
        ProviderStatistics statistics = discovery.statistics();
        assertThat(statistics.score(peer, false)).isEqualTo(0.4 * 0.5 + 0.4 * 0.5 + 0.2, within(1e-12));
        statistics.reputation(peer, 0.9);
        statistics.succeeded(peer, Duration.ofSeconds(1));
        statistics.succeeded(peer, Duration.ofSeconds(3));
        statistics.failed(peer);
        double expected = 0.4 * 0.9 + 0.4 * 2 / 3 + 0.2 / (1 + 2.0) + 0.02;
        assertThat(statistics.score(peer, false)).isEqualTo(expected, within(1e-12));
        assertThat(statistics.score(peer, true)).isEqualTo(expected + 0.2, within(1e-12));
    }

    @Test
    void affinityEndsAtATenthAndOldLatenciesAreForgotten() {
        PeerId peer = peer();
        for (int i = 0; i < 100; i++) {
            discovery.served(peer, i < 50 ? Duration.ofSeconds(9) : Duration.ZERO);
        }
        assertThat(discovery.statistics().score(peer, false)).isEqualTo(0.2 + 0.4 + 0.2 + 0.1, within(1e-12));
    }

    @Test
    void itSearchesOnlyForWhatIsMissing() throws IOException {
        peers(8);
        assertThat(discovery.findProviders(CID, 5, Deadline.NONE)).hasSize(5);
        assertThat(discovery.findProviders(CID, 5, Deadline.NONE)).hasSize(5);
        assertThat(searched).isEqualTo(1);
        assertThat(discovery.findProviders(CID, 8, Deadline.NONE)).hasSize(8);
        assertThat(searched).isEqualTo(2);
    }

    @Test
    void theBestComeFirstAndLiarsLast() throws IOException {
        List<PeerId> peers = peers(4);
        discovery.findProviders(CID, 4, Deadline.NONE);
        discovery.served(peers.get(0), Duration.ofSeconds(1));
        discovery.served(peers.get(1), Duration.ofMillis(10));
        discovery.lied(peers.get(3));
        now += Duration.ofHours(1).toNanos();
        assertThat(optimal(Set.of())).containsExactly(peers.get(1), peers.get(0), peers.get(2), peers.get(3));
        assertThat(optimal(Set.of(peers.get(0), peers.get(3))))
                .containsExactly(peers.get(0), peers.get(1), peers.get(2), peers.get(3));
    }

    @Test
    void whoFailedWaitsTwiceAsLongEachTimeUpToFiveMinutes() {
        PeerId peer = peer();
        ProviderStatistics statistics = discovery.statistics();
        long[] waits = {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300};
        for (long seconds : waits) {
            statistics.failed(peer);
            now += Duration.ofSeconds(seconds).toNanos() - 1;
            assertThat(statistics.isReady(peer)).isFalse();
            now++;
            assertThat(statistics.isReady(peer)).isTrue();
        }
        statistics.succeeded(peer, Duration.ZERO);
        statistics.failed(peer);
        now += Duration.ofSeconds(1).toNanos();
        assertThat(statistics.isReady(peer)).isTrue();
    }

    @Test
    void strangersDoNotFillTheMemory() {
        ProviderLimits few = new ProviderLimits(3, 2, 2, 50, Duration.ofSeconds(1), Duration.ofSeconds(300));
        EnhancedDhtDiscovery small = new EnhancedDhtDiscovery(
                clock,
                new ContentRouting() {
                    @Override
                    public void provide(Cid cid, Deadline deadline) {}

                    @Override
                    public Results<PeerAddress> findProviders(Cid cid, Deadline deadline) {
                        return Results.none();
                    }
                },
                few);
        for (int i = 0; i < 10; i++) {
            small.addProvider(CID, PeerAddress.of(peer()), 0.1);
        }
        assertThat(small.optimalProviders(CID, 10, Set.of())).hasSize(2);
        for (int i = 0; i < 2; i++) {
            small.addProvider(
                    Cid.v1(Multicodec.RAW, Multihash.sha256(new byte[] {9, (byte) i})), PeerAddress.of(peer()));
        }
        assertThat(small.optimalProviders(CID, 10, Set.of())).isEmpty();
    }

    /**
     * The behaviour of each provider when it is asked, in nanoseconds that it takes; negative: it fails, 0: it lies.
     */
    private String ask(PeerAddress provider, java.util.Map<PeerId, Long> behaviour) throws IOException {
        long takes = behaviour.get(provider.peer());
        now += Math.abs(takes);
        if (takes < 0) {
            throw new IOException("does not answer");
        }
        if (takes == 0) {
            throw new libp2p.core.record.InvalidRecordException("other bytes");
        }
        return provider.peer().toString();
    }

    @Test
    void whatReallyHappenedDecidesWhomToAskNext() throws IOException {
        List<PeerId> peers = peers(4);
        long second = 1_000_000_000L;
        java.util.Map<PeerId, Long> behaviour = new java.util.HashMap<>();
        peers.forEach(peer -> behaviour.put(peer, second));
        List<PeerAddress> first = discovery.findProviders(CID, Deadline.NONE);
        PeerId liar = first.get(0).peer();
        PeerId dead = first.get(1).peer();
        PeerId slow = first.get(2).peer();
        PeerId fast = first.get(3).peer();
        behaviour.put(liar, 0L);
        behaviour.put(dead, -1L);
        behaviour.put(slow, 3 * second);
        behaviour.put(fast, second / 10);
        assertThat(discovery.<String>fetch(CID, 4, Deadline.NONE, provider -> ask(provider, behaviour)))
                .as("the first two fail")
                .isEqualTo(slow.toString());
        // 0.4·0.5 + 0.4·1 + 0.2/(1+3) + 0.01 = 0.66; fast is not known yet: 0.4·0.5 + 0.4·0.5 + 0.2 = 0.6
        assertThat(discovery.statistics().score(slow, false)).isCloseTo(0.66, within(1e-9));
        assertThat(discovery.statistics().score(fast, false)).isCloseTo(0.6, within(1e-9));
        assertThat(discovery.optimalProviders(CID))
                .extracting(PeerAddress::peer)
                .startsWith(slow, fast);
        behaviour.put(slow, -1L);
        assertThat(discovery.<String>fetch(CID, 4, Deadline.NONE, provider -> ask(provider, behaviour)))
                .isEqualTo(fast.toString());
        now += 10 * second;
        assertThat(discovery.optimalProviders(CID, 4, Set.of()))
                .extracting(PeerAddress::peer)
                .as("by what they did: 0.79, 0.46, 0.4, and the liar")
                .containsExactly(fast, slow, dead, liar);
        assertThat(discovery.statistics().score(liar, false)).isNegative();
    }

    @Test
    void whenAllFailTheErrorsOfAllAreTold() {
        List<PeerId> peers = peers(2);
        java.util.Map<PeerId, Long> behaviour = new java.util.HashMap<>();
        peers.forEach(peer -> behaviour.put(peer, -1L));
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> discovery.<String>fetch(CID, 5, Deadline.NONE, provider -> ask(provider, behaviour)))
                .hasMessage("does not answer")
                .satisfies(error -> assertThat(error.getSuppressed()).hasSize(1));
        network.clear();
        Cid other = Cid.v1(Multicodec.RAW, Multihash.sha256(new byte[2]));
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> discovery.<String>fetch(other, 5, Deadline.NONE, provider -> "never"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void anInterruptIsNoFaultOfTheProvider() {
        PeerId peer = peers(1).getFirst();
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> discovery.fetch(CID, 1, Deadline.NONE, provider -> {
                    throw new java.io.InterruptedIOException("the caller");
                }))
                .isExactlyInstanceOf(java.io.InterruptedIOException.class);
        assertThat(discovery.statistics().score(peer, false)).isCloseTo(0.6, within(1e-9));
        assertThat(discovery.statistics().isReady(peer)).isTrue();
    }
}
