package libp2p.kad.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.kad.key.KeyPrefixPeerIds;
import libp2p.kad.table.RoutingTable.Offer;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long STALE = TableLimits.DEFAULT.stale().toNanos();

    private final SplittableRandom random = new SplittableRandom(7);
    private final PeerId self = peer();
    private final RoutingTable table = new RoutingTable(Key.of(self), TableLimits.DEFAULT);

    private PeerId peer() {
        byte[] id = new byte[34];
        random.nextBytes(id);
        id[0] = 0x12;
        id[1] = 32;
        return PeerId.fromBytes(id);
    }

    /** A peer of the bucket of a length. */
    private PeerId peerIn(int length) {
        return KeyPrefixPeerIds.near(Key.of(self).flip(length), length + 1, random);
    }

    private static List<Multiaddr> at(String address) {
        return List.of(Multiaddr.parse("/ip4/" + address + "/tcp/4001"));
    }

    /** Of a network of its own. */
    private static List<Multiaddr> elsewhere(int number) {
        return at(60 + number / 250 + "." + (number % 250 + 1) + ".1.1");
    }

    @Test
    void thisHostIsNotInItsOwnTable() {
        assertThat(table.offer(self, List.of(), 1)).isEqualTo(Offer.SELF);
        assertThat(table.size()).isZero();
        assertThat(table.remove(self)).isFalse();
    }

    @Test
    void whoIsInAndAnswersIsNeverDisplaced() {
        List<PeerId> seniors = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            seniors.add(peerIn(0));
            assertThat(table.offer(seniors.getLast(), elsewhere(i), i)).isEqualTo(Offer.ADDED);
        }
        for (int i = 0; i < 500; i++) {
            assertThat(table.offer(peerIn(0), elsewhere(100 + i), 100)).isEqualTo(Offer.WAITING);
        }
        assertThat(table.peers().stream().map(TablePeer::id)).containsExactlyElementsOf(seniors);
        assertThat(table.offer(seniors.getFirst(), elsewhere(0), 200)).isEqualTo(Offer.KNOWN);
    }

    @Test
    void whoWaitsTakesThePlaceOfOneThatWasFoundDead() {
        PeerId dead = peerIn(0);
        table.offer(dead, elsewhere(0), 0);
        for (int i = 1; i < 20; i++) {
            table.offer(peerIn(0), elsewhere(i), STALE);
        }
        PeerId early = peerIn(0);
        PeerId late = peerIn(0);
        table.offer(early, elsewhere(40), STALE);
        table.offer(late, elsewhere(41), STALE);
        TablePeer suspect = table.suspect(late, STALE);
        assertThat(suspect).isNotNull();
        assertThat(suspect.id()).isEqualTo(dead);
        assertThat(table.remove(dead)).isTrue();
        assertThat(table.contains(late)).isTrue();
        assertThat(table.contains(early)).isFalse();
        assertThat(table.sizeOf(0)).isEqualTo(20);
    }

    @Test
    void noPeerIsSuspectedThatAnsweredLately() {
        for (int i = 0; i < 20; i++) {
            table.offer(peerIn(0), elsewhere(i), 0);
        }
        table.peers().forEach(peer -> table.answered(peer.id(), 5, STALE));
        assertThat(table.suspect(peerIn(0), 2 * STALE - 1)).isNull();
        assertThat(table.stale(2 * STALE - 1)).isEmpty();
        assertThat(table.stale(2 * STALE)).hasSize(20);
    }

    @Test
    void onlyThoseWhoWaitAreForgottenWhenTooManyDo() {
        TableLimits narrow = new TableLimits(1, 3, 2, 16, 2, Duration.ofMinutes(10), Duration.ofMinutes(5), 32);
        RoutingTable small = new RoutingTable(Key.of(self), narrow);
        PeerId first = peerIn(0);
        small.offer(first, List.of(), 0);
        List<PeerId> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(peerIn(0));
            small.offer(waiting.getLast(), List.of(), 0);
        }
        small.remove(first);
        assertThat(small.contains(waiting.get(4))).isTrue();
        small.remove(waiting.get(4));
        assertThat(small.contains(waiting.get(3))).isTrue();
        small.remove(waiting.get(3));
        assertThat(small.size()).isZero();
    }

    @Test
    void fiveThousandSybilsOfOneNetworkHoldThreePlaces() {
        for (int i = 0; i < 300; i++) {
            table.offer(peer(), elsewhere(i), 0);
        }
        int honest = table.size();
        Set<PeerId> sybils = new HashSet<>();
        for (int i = 0; i < 5000; i++) {
            PeerId sybil = peer();
            sybils.add(sybil);
            table.offer(sybil, at("52.7." + i / 250 + "." + (i % 250 + 1)), 1);
        }
        assertThat(table.peers()).filteredOn(peer -> sybils.contains(peer.id())).hasSizeLessThanOrEqualTo(3);
        assertThat(table.size()).isLessThanOrEqualTo(honest + 3);
        table.peers().forEach(peer -> table.remove(peer.id()));
        assertThat(table.peers()).filteredOn(peer -> sybils.contains(peer.id())).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void oneNetworkHoldsTwoPlacesOfABucket() {
        assertThat(table.offer(peerIn(3), at("81.2.0.1"), 0)).isEqualTo(Offer.ADDED);
        assertThat(table.offer(peerIn(3), at("81.2.9.2"), 0)).isEqualTo(Offer.ADDED);
        assertThat(table.offer(peerIn(3), at("81.2.7.3"), 0)).isEqualTo(Offer.TOO_MANY_ALIKE);
        assertThat(table.offer(peerIn(4), at("81.2.7.4"), 0)).isEqualTo(Offer.ADDED);
        assertThat(table.offer(peerIn(5), at("81.2.7.5"), 0)).isEqualTo(Offer.TOO_MANY_ALIKE);
        assertThat(table.offer(peerIn(5), at("81.3.7.5"), 0)).isEqualTo(Offer.ADDED);
    }

    /** Three ids that named addresses of a network shut its peers out for as long as they stayed. */
    @Test
    void namedAddressesShutNobodyOut() {
        List<Multiaddr> victims = new ArrayList<>(at("81.2.0.1"));
        for (int i = 0; i < 3; i++) {
            assertThat(table.offer(peerIn(3 + i), victims, at("52." + i + ".0.1"), 0))
                    .isEqualTo(Offer.ADDED);
        }
        PeerId honest = peerIn(3);
        assertThat(table.hasRoomFor(honest, victims, 0)).isTrue();
        assertThat(table.offer(honest, victims, victims, 0)).isEqualTo(Offer.ADDED);
        assertThat(table.hasRoomFor(honest, victims, 0)).as("it is in").isFalse();
    }

    @Test
    void oldBlocksOfOneOwnerAreOneNetworkAndIpv6IsGroupedByProvider() {
        assertThat(IpGroups.of(at("17.1.2.3"))).isEqualTo(IpGroups.of(at("17.200.2.3")));
        assertThat(IpGroups.of(at("91.1.2.3"))).isNotEqualTo(IpGroups.of(at("91.200.2.3")));
        assertThat(IpGroups.of(List.of(Multiaddr.parse("/ip6/2a01:4f8:1::1/tcp/1"))))
                .isEqualTo(IpGroups.of(List.of(Multiaddr.parse("/ip6/2a01:4f8:ffff::1/udp/2/quic-v1"))))
                .hasSize(1);
        assertThat(IpGroups.of(at("192.168.1.1"))).isEmpty();
        assertThat(IpGroups.of(at("127.0.0.1"))).isEmpty();
    }

    /** As a list of all peers that were let in, sorted by distance. */
    @Test
    void theClosestAreThoseThatAModelFinds() {
        List<PeerId> inside = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            PeerId peer = i % 3 == 0 ? peerIn(i % 12) : peer();
            if (table.offer(peer, List.of(), 0) == Offer.ADDED) {
                inside.add(peer);
            }
            if (i % 7 == 0 && !inside.isEmpty()) {
                PeerId gone = inside.get(random.nextInt(inside.size()));
                table.remove(gone);
            }
        }
        List<PeerId> present = table.peers().stream().map(TablePeer::id).toList();
        for (int i = 0; i < 200; i++) {
            Key target = i == 0 ? Key.of(self) : i % 2 == 0 ? Key.of(peer()) : Key.of(peerIn(i % 14));
            List<PeerId> expected = present.stream()
                    .sorted(Comparator.comparing(peer -> Key.of(peer), target::compareDistances))
                    .limit(20)
                    .toList();
            assertThat(table.closest(target, 20).stream().map(TablePeer::id)).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void latenciesAreAveraged() {
        PeerId peer = peer();
        table.offer(peer, List.of(), 0);
        table.answered(peer, 100, SECOND);
        table.answered(peer, 200, 2 * SECOND);
        TablePeer found = table.find(peer);
        assertThat(found).isNotNull();
        assertThat(found.latency()).isEqualTo(120);
        assertThat(found.lastAnswer()).isEqualTo(2 * SECOND);
    }
}
