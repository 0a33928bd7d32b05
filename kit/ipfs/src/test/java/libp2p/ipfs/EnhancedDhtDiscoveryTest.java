package libp2p.ipfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.Results;
import libp2p.fetch.Reputation;
import libp2p.ipfs.EnhancedDhtDiscovery.ConnectionType;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which providers are found, remembered and chosen; the formula is that of {@link Reputation}. */
class EnhancedDhtDiscoveryTest {
    private static final Cid CID = Cid.v1(Multicodec.RAW, Multihash.sha256(new byte[1]));
    private static final long SECOND = 1_000_000_000L;

    private final List<PeerAddress> network = new ArrayList<>();
    private final List<PeerId> peers = new ArrayList<>();
    private long now = 1;
    private int searched;
    private Reputation reputation;
    private Host host;
    private EnhancedDhtDiscovery discovery;

    /** A routing that names the peers of {@link #network}. */
    private final class Named implements HostService, ContentRouting {
        @Override
        public void start(Host started) {}

        @Override
        public void provide(Cid cid, Deadline deadline) {}

        @Override
        public Results<PeerAddress> findProviders(Cid cid, Deadline deadline) {
            searched++;
            Iterator<PeerAddress> all = List.copyOf(network).iterator();
            return new Results<>() {
                @Override
                public @Nullable PeerAddress next() {
                    return all.hasNext() ? all.next() : null;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void open() throws IOException {
        Environment clock = new ForwardingEnvironment(SystemEnvironment.shared()) {
            @Override
            public long nanoTime() {
                return now;
            }
        };
        reputation = Reputation.inMemory(clock);
        host = Libp2p.host().with(new Named()).start();
        discovery = discovery(ProviderLimits.DEFAULT);
    }

    private EnhancedDhtDiscovery discovery(ProviderLimits limits) {
        return new EnhancedDhtDiscovery(host, Role.WORKER, List.of(), reputation, limits);
    }

    @AfterEach
    void close() {
        discovery.close();
        host.close();
    }

    private void peers(int count) {
        for (int i = 0; i < count; i++) {
            peers.add(Identity.generate(SystemEnvironment.shared()).peerId());
            network.add(PeerAddress.of(peers.getLast()));
        }
    }

    private List<PeerId> optimal(ProviderChoice choice) {
        return discovery.optimalProviders(CID, choice).stream()
                .map(PeerAddress::peer)
                .toList();
    }

    private double score(PeerId peer) {
        return reputation.score(peer.toString());
    }

    @Test
    void itSearchesOnlyForWhatIsMissingAndTellsOfEachThatIsNew() throws IOException {
        peers(8);
        List<PeerId> told = new ArrayList<>();
        assertThat(discovery.findProviders(CID)).hasSize(5);
        assertThat(discovery.findProviders(CID)).hasSize(5);
        assertThat(searched).isEqualTo(1);
        assertThat(discovery.findProviders(CID, 8, Deadline.NONE, one -> told.add(one.peer())))
                .hasSize(8);
        assertThat(searched).isEqualTo(2);
        assertThat(told).containsAll(peers);
        assertThat(discovery.optimalProviders(CID)).hasSize(3);
    }

    @Test
    void theBestComeFirstAndLiarsNotAtAll() throws IOException {
        peers(4);
        discovery.findProviders(CID, 4, Deadline.NONE, one -> {});
        discovery.served(peers.get(0), Duration.ofSeconds(1), 10);
        discovery.served(peers.get(1), Duration.ofMillis(10), 10);
        discovery.lied(peers.get(3));
        ProviderChoice all = ProviderChoice.DEFAULT.withCount(10);
        assertThat(optimal(all)).containsExactly(peers.get(1), peers.get(0), peers.get(2));
        assertThat(optimal(all.withPreferred(Set.of(peers.get(0), peers.get(3)))))
                .containsExactly(peers.get(0), peers.get(1), peers.get(2));
        assertThat(score(peers.get(0))).isCloseTo(0.4 * 0.55 + 0.4 + 0.2 / 2 + 0.01, within(1e-9));
        assertThat(reputation.stats(peers.get(0).toString()).bytes()).isEqualTo(10);
    }

    /** One answers quickly and sends slowly, the other the other way round. */
    @Test
    void aLargeFileIsAskedOfThePeerThatSendsFast() throws IOException {
        peers(2);
        discovery.findProviders(CID, 2, Deadline.NONE, one -> {});
        discovery.served(peers.get(0), Duration.ofMillis(100), 1_000);
        discovery.served(peers.get(1), Duration.ofSeconds(1), 100_000_000);
        ProviderChoice any = ProviderChoice.DEFAULT;
        assertThat(optimal(any)).containsExactly(peers.get(0), peers.get(1));
        assertThat(optimal(any.withContentBytes(500))).containsExactly(peers.get(0), peers.get(1));
        assertThat(optimal(any.withContentBytes(50_000_000))).containsExactly(peers.get(1), peers.get(0));
    }

    @Test
    void whoIsBehindARelayIsAskedLastForMoreThanACircuitCarries() {
        peers(3);
        String relay = "/ip4/192.0.2.1/tcp/4001/p2p/" + peers.get(2) + "/p2p-circuit";
        PeerAddress relayed = PeerAddress.of(peers.get(0), List.of(Multiaddr.parse(relay)));
        PeerAddress direct = PeerAddress.of(peers.get(1), List.of(Multiaddr.parse("/ip4/192.0.2.2/tcp/4001")));
        assertThat(ConnectionType.of(relayed)).isEqualTo(ConnectionType.RELAYED);
        assertThat(ConnectionType.of(direct)).isEqualTo(ConnectionType.DIRECT);
        discovery.addProvider(CID, relayed, ConnectionType.of(relayed), 0.9);
        discovery.addProvider(CID, direct, ConnectionType.of(direct), 0.1);
        assertThat(optimal(ProviderChoice.DEFAULT)).containsExactly(peers.get(0), peers.get(1));
        assertThat(optimal(ProviderChoice.DEFAULT.withContentBytes(1 << 10)))
                .containsExactly(peers.get(0), peers.get(1));
        assertThat(optimal(ProviderChoice.DEFAULT.withContentBytes(1 << 20)))
                .containsExactly(peers.get(1), peers.get(0));
    }

    @Test
    void providersAreChosenByWhatTheyHaveDeclared() throws IOException {
        peers(2);
        discovery.findProviders(CID, 2, Deadline.NONE, one -> {});
        host.peerstore().setProtocols(peers.get(1), List.of("/example/gpu/1.0.0"));
        assertThat(optimal(ProviderChoice.DEFAULT.withCapability("/example/gpu/1.0.0")))
                .containsExactly(peers.get(1));
    }

    @Test
    void strangersDoNotFillTheMemory() {
        EnhancedDhtDiscovery small = discovery(new ProviderLimits(2, 2, Duration.ofDays(1), Duration.ofSeconds(30)));
        peers(12);
        for (int i = 0; i < 10; i++) {
            small.addProvider(CID, PeerAddress.of(peers.get(i)), ConnectionType.DIRECT);
        }
        assertThat(small.optimalProviders(CID)).hasSize(2);
        for (int i = 0; i < 2; i++) {
            Cid other = Cid.v1(Multicodec.RAW, Multihash.sha256(new byte[] {9, (byte) i}));
            small.addProvider(other, PeerAddress.of(peers.get(10 + i)), ConnectionType.DIRECT);
        }
        assertThat(small.optimalProviders(CID)).isEmpty();
    }

    /** How each provider behaves, in nanoseconds that it takes; negative: it fails, 0: it lies. */
    private String ask(PeerAddress provider, Map<PeerId, Long> behaviour) throws IOException {
        long takes = behaviour.get(provider.peer());
        now += Math.abs(takes);
        if (takes < 0) {
            throw new IOException("does not answer");
        }
        if (takes == 0) {
            throw new InvalidRecordException("other bytes");
        }
        return provider.peer().toString();
    }

    @Test
    void whatReallyHappenedDecidesWhomToAskNext() throws IOException {
        peers(3);
        PeerId liar = peers.get(0);
        PeerId dead = peers.get(1);
        PeerId good = peers.get(2);
        Map<PeerId, Long> behaviour = new HashMap<>(Map.of(liar, 0L, dead, -1L, good, SECOND));
        assertThat(discovery.<String>fetch(CID, 3, Deadline.NONE, provider -> ask(provider, behaviour)))
                .isEqualTo(good.toString());
        assertThat(score(liar)).isEqualTo(-1);
        assertThat(optimal(ProviderChoice.DEFAULT)).containsExactly(good, dead);
        behaviour.put(good, -1L);
        assertThatThrownBy(() -> discovery.<String>fetch(CID, 3, Deadline.NONE, provider -> ask(provider, behaviour)))
                .hasMessage("does not answer")
                .satisfies(error -> assertThat(error.getSuppressed()).hasSize(1));
    }

    @Test
    void anInterruptIsNoFaultOfTheProvider() {
        peers(1);
        assertThatThrownBy(() -> discovery.fetch(CID, 1, Deadline.NONE, provider -> {
                    throw new InterruptedIOException("the caller");
                }))
                .isExactlyInstanceOf(InterruptedIOException.class);
        assertThat(score(peers.getFirst())).isCloseTo(0.6, within(1e-9));
    }

    @Test
    void afterTheEndNothingIsSearched() {
        peers(1);
        discovery.close();
        assertThatThrownBy(() -> discovery.findProviders(CID)).isInstanceOf(IllegalStateException.class);
    }
}
