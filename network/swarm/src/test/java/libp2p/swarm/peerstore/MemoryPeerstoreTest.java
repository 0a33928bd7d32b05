package libp2p.swarm.peerstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.Peerstore;
import libp2p.core.peer.Peerstore.DialHistory;
import libp2p.core.peer.Peerstore.KnownAddress;
import libp2p.core.peer.Peerstore.Source;
import libp2p.core.record.PeerRecord;
import libp2p.core.record.SignedEnvelope;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.swarm.testing.Peers;
import org.junit.jupiter.api.Test;

class MemoryPeerstoreTest {
    private static final PeerId PEER = Peers.id(1);
    private static final Multiaddr A = Peers.address(1);
    private static final Multiaddr B = Peers.address(2);
    private static final Multiaddr C = Peers.address(3);

    @FunctionalInterface
    private interface Scene {
        void play(Simulation simulation, SimulatedEnvironment host, MemoryPeerstore store) throws Exception;
    }

    private static void play(PeerstoreLimits limits, Scene scene) {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment host = simulation.host("host");
            scene.play(simulation, host, new MemoryPeerstore(host, limits));
        });
    }

    private static void play(Scene scene) {
        play(PeerstoreLimits.DEFAULT, scene);
    }

    private static void add(Peerstore store, PeerId peer, Multiaddr address, Source source, Duration lifetime) {
        store.addAddresses(peer, List.of(address), source, lifetime);
    }

    @Test
    void anAddressLivesAsLongAsItsLongestLifetime() {
        play((simulation, host, store) -> {
            add(store, PEER, A, Source.ROUTING, Duration.ofMinutes(10));
            add(store, PEER, A, Source.ROUTING, Duration.ofMinutes(1));
            add(store, PEER, B, Source.ROUTING, Duration.ofMinutes(2));
            add(store, PEER, C, Source.ROUTING, Duration.ZERO);
            assertThat(store.addresses(PEER)).containsExactly(A, B);
            simulation.sleep(Duration.ofMinutes(2));
            assertThat(store.addresses(PEER)).containsExactly(A);
            simulation.sleep(Duration.ofMinutes(8));
            assertThat(store.addresses(PEER)).isEmpty();
            assertThat(store.peers()).as("nothing is left to know").isEmpty();
        });
    }

    @Test
    void lifetimesAreShortenedWhenThePeerGoesButNotThoseAUserGave() {
        play((simulation, host, store) -> {
            add(store, PEER, A, Source.IDENTIFY, Peerstore.CONNECTED);
            add(store, PEER, B, Source.USER, Peerstore.PERMANENT);
            add(store, PEER, C, Source.ROUTING, Peerstore.TEMPORARY);
            store.expireAddresses(PEER, Peerstore.RECENTLY_CONNECTED);
            simulation.sleep(Duration.ofMinutes(14));
            assertThat(store.addresses(PEER)).containsExactly(B, A);
            simulation.sleep(Duration.ofDays(1).minusMinutes(20));
            assertThat(store.addresses(PEER)).containsExactly(B);
            store.clearAddresses(PEER);
            assertThat(store.peers()).isEmpty();
        });
    }

    @Test
    void trustedSourcesComeFirstThenWhatWorkedLast() {
        play((simulation, host, store) -> {
            Multiaddr d = Peers.address(4);
            store.addAddresses(PEER, List.of(A, B, d), Source.ROUTING, Peerstore.TEMPORARY);
            add(store, PEER, C, Source.USER, Peerstore.TEMPORARY);
            store.dialed(PEER, d, true);
            simulation.sleep(Duration.ofSeconds(1));
            store.dialed(PEER, B, true);
            store.dialed(PEER, A, false);
            assertThat(store.addresses(PEER)).containsExactly(C, B, d, A);
            add(store, PEER, A, Source.IDENTIFY, Peerstore.TEMPORARY);
            assertThat(store.knownAddresses(PEER).get(1)).isEqualTo(new KnownAddress(A, Source.IDENTIFY, false));
        });
    }

    @Test
    void remembersHowDialsWent() {
        play((simulation, host, store) -> {
            store.dialed(PEER, A, true);
            assertThat(store.history(PEER, A)).isEqualTo(DialHistory.NONE);
            assertThat(store.peers()).isEmpty();
            add(store, PEER, A, Source.ROUTING, Peerstore.PERMANENT);
            Instant start = host.wallClock();
            store.dialed(PEER, A, true);
            simulation.sleep(Duration.ofSeconds(5));
            store.dialed(PEER, A, false);
            store.dialed(PEER, A, false);
            assertThat(store.history(PEER, A)).isEqualTo(new DialHistory(start, start.plusSeconds(5), 2));
            store.dialed(PEER, A, true);
            assertThat(store.history(PEER, A))
                    .isEqualTo(new DialHistory(start.plusSeconds(5), start.plusSeconds(5), 0));
            assertThat(store.history(PEER, B)).isEqualTo(DialHistory.NONE);
        });
    }

    @Test
    void aFullPeerForgetsTheLeastTrustedAddressFirst() {
        play((simulation, host, store) -> {
            for (int i = 0; i < 64; i++) {
                add(store, PEER, Peers.address(i), Source.IDENTIFY, Duration.ofMinutes(10));
            }
            for (int i = 100; i < 200; i++) {
                add(store, PEER, Peers.address(i), Source.ROUTING, Peerstore.PERMANENT);
            }
            assertThat(store.addresses(PEER)).hasSize(64).doesNotContain(Peers.address(100));
            add(store, PEER, Peers.address(1000), Source.SIGNED_RECORD, Duration.ofMinutes(1));
            add(store, PEER, Peers.address(1001), Source.IDENTIFY, Duration.ofMinutes(20));
            assertThat(store.addresses(PEER)).hasSize(64).contains(Peers.address(1000), Peers.address(1001));
        });
    }

    @Test
    void absurdAddressesAreNotTaken() {
        play((simulation, host, store) -> {
            add(store, PEER, Multiaddr.EMPTY, Source.IDENTIFY, Peerstore.TEMPORARY);
            add(store, PEER, Multiaddr.parse("/dns/" + "a".repeat(260)), Source.IDENTIFY, Peerstore.TEMPORARY);
            assertThat(store.peers()).isEmpty();
        });
    }

    @Test
    void aNewerRecordReplacesTheCertifiedAddresses() {
        play((simulation, host, store) -> {
            Identity identity = Identity.generate(host);
            PeerId peer = identity.peerId();
            SignedEnvelope first = PeerRecord.seal(identity, 5, List.of(A, B));
            SignedEnvelope second = PeerRecord.seal(identity, 6, List.of(B));
            add(store, peer, C, Source.IDENTIFY, Peerstore.CONNECTED);
            assertThat(store.consume(first, Peerstore.CONNECTED)).isTrue();
            assertThat(store.knownAddresses(peer))
                    .containsExactly(
                            new KnownAddress(A, Source.SIGNED_RECORD, true),
                            new KnownAddress(B, Source.SIGNED_RECORD, true),
                            new KnownAddress(C, Source.IDENTIFY, false));
            assertThat(store.consume(second, Peerstore.CONNECTED)).isTrue();
            assertThat(store.consume(second, Peerstore.CONNECTED)).isTrue();
            assertThat(store.addresses(peer)).containsExactly(B, C);
            assertThat(store.consume(first, Peerstore.CONNECTED)).as("older").isFalse();
            assertThat(store.addresses(peer)).containsExactly(B, C);
            assertThat(store.record(peer)).isEqualTo(second);
        });
    }

    @Test
    void sequenceNumbersAreUnsigned() {
        play((simulation, host, store) -> {
            Identity identity = Identity.generate(host);
            assertThat(store.consume(PeerRecord.seal(identity, -1, List.of(A)), Peerstore.TEMPORARY))
                    .isTrue();
            assertThat(store.consume(PeerRecord.seal(identity, 7, List.of(B)), Peerstore.TEMPORARY))
                    .isFalse();
        });
    }

    @Test
    void aRecordGoesWithTheLastOfItsAddresses() {
        play((simulation, host, store) -> {
            Identity identity = Identity.generate(host);
            store.consume(PeerRecord.seal(identity, 1, List.of(A)), Duration.ofMinutes(2));
            store.setProtocols(identity.peerId(), List.of("/a"));
            assertThat(store.record(identity.peerId())).isNotNull();
            simulation.sleep(Duration.ofMinutes(2));
            assertThat(store.record(identity.peerId())).isNull();
            assertThat(store.protocols(identity.peerId())).containsExactly("/a");
        });
    }

    @Test
    void whatIsNoValidRecordIsNotTaken() {
        play((simulation, host, store) -> {
            Identity identity = Identity.generate(host);
            SignedEnvelope other = SignedEnvelope.seal(identity, "something", new byte[] {1}, new byte[] {2});
            byte[] forged = PeerRecord.seal(identity, 1, List.of(A)).toBytes();
            forged[forged.length - 1] ^= 1;
            assertThat(store.consume(other, Peerstore.CONNECTED)).isFalse();
            assertThat(store.consume(SignedEnvelope.fromBytes(forged), Peerstore.CONNECTED))
                    .isFalse();
            assertThat(store.peers()).isEmpty();
        });
    }

    @Test
    void keysComeFromTheIdOrHaveToFitIt() {
        play((simulation, host, store) -> {
            Identity inline = Identity.generate(host);
            Identity hashed = Identity.generate(KeyType.ECDSA, host);
            assertThat(store.publicKey(inline.peerId())).isEqualTo(inline.publicKey());
            assertThat(store.publicKey(hashed.peerId())).isNull();
            assertThatThrownBy(() -> store.addKey(PEER, hashed.publicKey()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(hashed.peerId().toString());
            store.addKey(hashed.peerId(), hashed.publicKey());
            store.addKey(inline.peerId(), inline.publicKey());
            assertThat(store.publicKey(hashed.peerId())).isEqualTo(hashed.publicKey());
            assertThat(store.peers()).containsExactly(hashed.peerId());
        });
    }

    @Test
    void protocolsAndMetadataAreBounded() {
        play((simulation, host, store) -> {
            List<String> many = new ArrayList<>(List.of("/b", "/a", "/b", "/" + "x".repeat(300)));
            IntStream.range(0, 2000).forEach(i -> many.add("/p" + i));
            store.setProtocols(PEER, many);
            assertThat(store.protocols(PEER))
                    .hasSize(1023)
                    .isSorted()
                    .contains("/a", "/b")
                    .doesNotContain("/" + "x".repeat(300));
            for (int i = 0; i < 40; i++) {
                store.putMetadata(PEER, "key" + i, "value");
            }
            store.putMetadata(PEER, "key0", "other");
            store.putMetadata(PEER, "key1", "x".repeat(1025));
            assertThat(store.metadata(PEER, "key0")).isEqualTo("other");
            assertThat(store.metadata(PEER, "key1")).isEqualTo("value");
            assertThat(store.metadata(PEER, "key32")).isNull();
            store.remove(PEER);
            assertThat(store.protocols(PEER)).isEmpty();
            assertThat(store.bytes()).isZero();
        });
    }

    @Test
    void aFullStoreForgetsThePeerUsedLongestAgoButNotTheConnected() {
        play(PeerstoreLimits.DEFAULT.withPeers(100), (simulation, host, store) -> {
            for (int i = 0; i < 40; i++) {
                add(store, Peers.id(i), A, Source.IDENTIFY, Peerstore.CONNECTED);
            }
            for (int i = 1000; i < 1060; i++) {
                add(store, Peers.id(i), A, Source.ROUTING, Duration.ofHours(1));
            }
            store.addresses(Peers.id(1000));
            for (int i = 2000; i < 2059; i++) {
                add(store, Peers.id(i), A, Source.ROUTING, Duration.ofHours(1));
            }
            assertThat(store.peers())
                    .hasSize(100)
                    .contains(Peers.id(0), Peers.id(39), Peers.id(1000), Peers.id(2058))
                    .doesNotContain(Peers.id(1001), Peers.id(1059));
            store.expireAddresses(Peers.id(5), Peerstore.RECENTLY_CONNECTED);
            for (int i = 3000; i < 3100; i++) {
                add(store, Peers.id(i), A, Source.ROUTING, Duration.ofHours(1));
            }
            assertThat(store.peers()).contains(Peers.id(4)).doesNotContain(Peers.id(5), Peers.id(1000));
            for (int i = 4000; i < 4200; i++) {
                add(store, Peers.id(i), A, Source.IDENTIFY, Peerstore.CONNECTED);
            }
            assertThat(store.peers()).as("even if all claim to be connected").hasSize(100);
        });
    }

    @Test
    void aFloodOfRecordsForgetsTheOldestRecordsButNotTheirPeers() {
        play(PeerstoreLimits.DEFAULT.withRecords(50), (simulation, host, store) -> {
            List<PeerId> peers = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                Identity identity = Identity.generate(host);
                peers.add(identity.peerId());
                store.consume(PeerRecord.seal(identity, 1, List.of(A)), Duration.ofHours(1));
            }
            assertThat(store.records()).isEqualTo(50);
            assertThat(peers.subList(0, 450)).allMatch(peer -> store.record(peer) == null);
            assertThat(peers.subList(450, 500)).allMatch(peer -> store.record(peer) != null);
            assertThat(store.addresses(peers.getFirst())).containsExactly(A);
        });
    }

    @Test
    void theHeapItTakesIsBoundedWhateverPeersSayAboutThemselves() {
        play(PeerstoreLimits.DEFAULT.withBytes(1 << 20), (simulation, host, store) -> {
            List<String> protocols = IntStream.range(0, 1024)
                    .mapToObj(i -> "/" + "p".repeat(200) + i)
                    .toList();
            for (int i = 0; i < 200; i++) {
                store.setProtocols(Peers.id(i), protocols);
                store.putMetadata(Peers.id(i), "agent", "x".repeat(1000));
                assertThat(store.bytes()).isLessThanOrEqualTo(1 << 20);
            }
            assertThat(store.peers()).hasSizeBetween(2, 5);
        });
    }

    @Test
    void aSmallHeapIsNotFilledByStrangers() {
        assertThat(PeerstoreLimits.ofHeap(64 << 20).bytes()).isEqualTo(8 << 20);
        assertThat(PeerstoreLimits.ofHeap(1 << 30)).isEqualTo(PeerstoreLimits.DEFAULT);
        assertThat(PeerstoreLimits.ofHeap(1).bytes()).isPositive();
    }

    /** The description that a stranger gives of itself: as much as identify takes. */
    private static void talk(MemoryPeerstore store, int peer) {
        List<String> protocols = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            protocols.add("/p" + i + "/" + "x".repeat(100));
        }
        store.setProtocols(Peers.id(peer), protocols);
        store.putMetadata(Peers.id(peer), "agent", "a".repeat(900));
    }

    @Test
    void strangersByTheThousandsDoNotPushOutThosWhomThisHostHasReached() {
        play((simulation, host, store) -> {
            for (int peer = 0; peer < 200; peer++) {
                Multiaddr address = Peers.address(peer);
                store.addAddresses(Peers.id(peer), List.of(address), Source.CONNECTION, Duration.ofDays(1));
                store.dialed(Peers.id(peer), address, true);
            }
            for (int peer = 1000; peer < 6000; peer++) {
                talk(store, peer);
                store.expireAddresses(Peers.id(peer), Peerstore.RECENTLY_CONNECTED); // it hangs up at once
            }
            for (int peer = 0; peer < 200; peer++) {
                assertThat(store.addresses(Peers.id(peer))).as("peer %s", peer).isNotEmpty();
            }
            assertThat(store.bytes()).isLessThanOrEqualTo(PeerstoreLimits.DEFAULT.bytes());
            assertThat(store.protocols(Peers.id(5999))).isNotEmpty().hasSizeLessThan(100);
        });
    }

    @Test
    void inAFullStoreStrangersLeaveHalfOfThePlacesToThoseWhomThisHostHasReached() {
        play(PeerstoreLimits.DEFAULT.withPeers(100), (simulation, host, store) -> {
            for (int peer = 0; peer < 40; peer++) {
                reach(store, peer);
            }
            for (int peer = 1000; peer < 2000; peer++) {
                add(store, Peers.id(peer), A, Source.ROUTING, Duration.ofHours(1));
            }
            assertThat(store.peers()).hasSize(100).contains(Peers.id(0), Peers.id(39), Peers.id(1999));
            for (int peer = 40; peer < 90; peer++) {
                reach(store, peer);
            }
            for (int peer = 2000; peer < 2100; peer++) {
                add(store, Peers.id(peer), A, Source.ROUTING, Duration.ofHours(1));
            }
            assertThat(store.peers())
                    .hasSize(100)
                    .contains(Peers.id(40), Peers.id(89))
                    .doesNotContain(Peers.id(39));
        });
    }

    private static void reach(MemoryPeerstore store, int peer) {
        Multiaddr address = Peers.address(peer);
        store.addAddresses(Peers.id(peer), List.of(address), Source.CONNECTION, Duration.ofDays(1));
        store.dialed(Peers.id(peer), address, true);
    }

    @Test
    void whatAPeerSaysOfItselfIsForgottenSomeTimeAfterItHasGone() {
        play((simulation, host, store) -> {
            talk(store, 1);
            simulation.sleep(Duration.ofHours(2));
            assertThat(store.protocols(Peers.id(1)))
                    .as("connected, though it has no address")
                    .hasSize(500);
            store.expireAddresses(Peers.id(1), Peerstore.RECENTLY_CONNECTED);
            simulation.sleep(Duration.ofMinutes(14));
            assertThat(store.protocols(Peers.id(1))).isNotEmpty();
            simulation.sleep(Duration.ofMinutes(2));
            assertThat(store.protocols(Peers.id(1))).isEmpty();
            assertThat(store.metadata(Peers.id(1), "agent")).isNull();
            assertThat(store.peers()).isEmpty();
        });
    }
}
