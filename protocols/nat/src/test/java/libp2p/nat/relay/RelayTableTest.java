package libp2p.nat.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

class RelayTableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final RelayLimits SMALL = RelayLimits.DEFAULT
            .withReservations(new RelayLimits.Reservations(6, Duration.ofHours(1), 2, 4))
            .withCircuits(new RelayLimits.Circuits(
                    5, 3, Duration.ZERO, 0, 1024, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)));
    private static final List<PeerId> PEERS = peers(40);

    private static List<PeerId> peers(int count) {
        List<PeerId> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(Identity.generate(SystemEnvironment.shared()).peerId());
        }
        return peers;
    }

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }

    @Test
    void reservationsAreBoundedInAllPerAddressAndPerNetwork() {
        RelayTable table = new RelayTable(SMALL, new Random(1));
        assertThat(table.reserve(PEERS.get(0), ip("192.0.2.1"), 0, 100)).isEqualTo(RelayStatus.OK);
        assertThat(table.reserve(PEERS.get(1), ip("192.0.2.1"), 0, 100)).isEqualTo(RelayStatus.OK);
        assertThat(table.reserve(PEERS.get(2), ip("192.0.2.1"), 0, 100)).isEqualTo(RelayStatus.RESERVATION_REFUSED);
        assertThat(table.reserve(PEERS.get(1), ip("192.0.2.1"), 0, 100))
                .as("again")
                .isEqualTo(RelayStatus.OK);
        assertThat(table.reserve(PEERS.get(2), ip("192.0.2.2"), 0, 100)).isEqualTo(RelayStatus.OK);
        assertThat(table.reserve(PEERS.get(3), ip("192.0.2.3"), 0, 100)).isEqualTo(RelayStatus.OK);
        assertThat(table.reserve(PEERS.get(4), ip("192.0.2.4"), 0, 100))
                .as("the network")
                .isEqualTo(RelayStatus.RESERVATION_REFUSED);
        assertThat(table.reserve(PEERS.get(4), ip("198.51.100.1"), 0, 100)).isEqualTo(RelayStatus.OK);
        assertThat(table.reserve(PEERS.get(5), ip("203.0.113.1"), 0, 100)).isEqualTo(RelayStatus.OK);
        assertThat(table.reserve(PEERS.get(6), ip("10.0.0.1"), 0, 100))
                .as("all")
                .isEqualTo(RelayStatus.RESERVATION_REFUSED);
        assertThat(table.reserve(PEERS.get(0), ip("192.0.2.1"), 0, 100))
                .as("those that were there first stay, and are renewed")
                .isEqualTo(RelayStatus.OK);
        assertThat(table.release(PEERS.get(5))).isTrue();
        assertThat(table.reserve(PEERS.get(6), ip("10.0.0.1"), 0, 100)).isEqualTo(RelayStatus.OK);
        assertThat(table.nextExpiry()).isEqualTo(100);
        assertThat(table.expire(99)).isEmpty();
        assertThat(table.expire(100)).hasSize(6).doesNotContain(PEERS.get(5));
        assertThat(table.reserve(PEERS.get(7), ip("10.9.0.1"), 100, 200)).isEqualTo(RelayStatus.OK);
        assertThat(table.reservations()).isEqualTo(1);
    }

    @Test
    void aCircuitNeedsAReservationOfItsTargetThatHasNotExpired() {
        RelayTable table = new RelayTable(SMALL, new Random(1));
        PeerId target = PEERS.get(0);
        PeerId source = PEERS.get(1);
        assertThat(open(table, source, "", target, 0).status()).isEqualTo(RelayStatus.NO_RESERVATION);
        assertThat(table.reserve(target, null, 0, 10 * SECOND)).isEqualTo(RelayStatus.OK);
        assertThat(open(table, source, "", target, 10 * SECOND - 1).status()).isEqualTo(RelayStatus.OK);
        assertThat(open(table, source, "", target, 10 * SECOND).status()).isEqualTo(RelayStatus.NO_RESERVATION);
        assertThat(open(table, target, "", target, 0).status()).isEqualTo(RelayStatus.RESOURCE_LIMIT_EXCEEDED);
    }

    @Test
    void askingTooOftenIsRefusedWhateverTheAnswerWouldBe() {
        RelayTable table = new RelayTable(RelayLimits.DEFAULT, new Random(1));
        int burst = RelayLimits.DEFAULT.requests().perPeer().burst();
        for (int i = 0; i < burst; i++) {
            assertThat(table.mayAsk(PEERS.get(0), ip("192.0.2.1"), 0)).isTrue();
        }
        assertThat(table.mayAsk(PEERS.get(0), ip("192.0.2.1"), 0)).isFalse();
        assertThat(table.mayAsk(PEERS.get(1), ip("192.0.2.1"), 0)).isTrue();
        int allowed = 0;
        for (int i = 0; i < 400; i++) {
            allowed += table.mayAsk(PEERS.get(i % PEERS.size()), ip("192.0.2.1"), 0) ? 1 : 0;
        }
        assertThat(allowed)
                .isLessThanOrEqualTo(RelayLimits.DEFAULT.requests().perAddress().burst());
    }

    /** Sixteen machines with eight ids each would be all of a relay, for as long as they renew. */
    @Test
    void fourNetworksLeavePlacesForOthers() {
        RelayTable table = new RelayTable(RelayLimits.DEFAULT, new Random(1));
        int granted = 0;
        for (PeerId stranger : peers(128)) {
            InetAddress from = ip("80." + (1 + granted % 4) + ".0." + (1 + granted / 32));
            granted += table.reserve(stranger, from, 0, SECOND) == RelayStatus.OK ? 1 : 0;
        }
        int honest = 0;
        for (PeerId peer : PEERS.subList(0, 20)) {
            honest += table.reserve(peer, ip("91." + honest + ".0.1"), 0, SECOND) == RelayStatus.OK ? 1 : 0;
        }
        assertThat(honest).as("of 20, beside %s of 4 networks", granted).isEqualTo(20);
    }

    /** Against a model that counts by going through everything. */
    @Test
    void randomWalksKeepEveryLimit() {
        for (int seed = 0; seed < 200; seed++) {
            walk(new Random(seed));
        }
    }

    private static RelayTable.Opening open(RelayTable table, PeerId source, String group, PeerId target, long now) {
        return table.openCircuit(source, group, target, now, () -> {});
    }

    /** The finding: two ids held all places of a target for as long as they liked. */
    @Test
    void strangersOfOneNetworkDoNotHoldAllPlacesOfATarget() {
        RelayTable table = new RelayTable(RelayLimits.DEFAULT, new Random(1));
        PeerId target = PEERS.get(0);
        table.reserve(target, null, 0, SECOND);
        List<RelayTable.Circuit> ended = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            assertThat(open(table, PEERS.get(1 + i % 2), "80.1.0.0/16", target, 0)
                            .status())
                    .isEqualTo(RelayStatus.OK);
        }
        for (int i = 0; i < 15; i++) {
            RelayTable.Opening honest = open(table, PEERS.get(3 + i), "91." + i + ".0.0/16", target, 0);
            assertThat(honest.status()).isEqualTo(RelayStatus.OK);
            ended.addAll(honest.leaving());
            assertThat(open(table, PEERS.get(19 + i), "80.1.0.0/16", target, 0).status())
                    .as("a stranger more takes no place of an honest peer")
                    .isIn(RelayStatus.RESOURCE_LIMIT_EXCEEDED, RelayStatus.OK);
        }
        assertThat(ended)
                .hasSize(15)
                .allMatch(circuit -> circuit.source.equals(PEERS.get(1)) || circuit.source.equals(PEERS.get(2)));
        assertThat(open(table, PEERS.get(36), "70.1.0.0/16", target, 0).status())
                .as("those that were there first stay where no network is crowded")
                .isEqualTo(RelayStatus.RESOURCE_LIMIT_EXCEEDED);
        assertThat(table.circuits()).isEqualTo(16);
        ended.forEach(table::closeCircuit);
        assertThat(table.circuits()).as("given back once").isEqualTo(16);
    }

    /** The finding: one id that held sixteen circuits to a peer kept that peer from opening any itself. */
    @Test
    void strangersThatHoldAllCircuitsToAPeerDoNotKeepItFromOpeningItsOwn() {
        RelayTable table = new RelayTable(RelayLimits.DEFAULT, new Random(1));
        PeerId victim = PEERS.get(0);
        PeerId friend = PEERS.get(1);
        table.reserve(victim, null, 0, SECOND);
        table.reserve(friend, null, 0, SECOND);
        for (int i = 0; i < 16; i++) {
            assertThat(open(table, PEERS.get(2), "80.1.0.0/16", victim, 0).status())
                    .isEqualTo(RelayStatus.OK);
        }
        assertThat(open(table, PEERS.get(2), "80.1.0.0/16", friend, 0).status())
                .as("what one peer may have in all")
                .isEqualTo(RelayStatus.RESOURCE_LIMIT_EXCEEDED);
        for (int i = 0; i < 16; i++) {
            RelayTable.Opening own = open(table, victim, "91.1.0.0/16", friend, 0);
            assertThat(own.status()).as("circuit %s", i).isEqualTo(RelayStatus.OK);
            assertThat(own.leaving()).isEmpty();
        }
        assertThat(open(table, victim, "91.1.0.0/16", friend, 0).status())
                .isEqualTo(RelayStatus.RESOURCE_LIMIT_EXCEEDED);
    }

    private void walk(Random random) {
        RelayTable table = new RelayTable(SMALL, new Random(1));
        Map<PeerId, Long> held = new HashMap<>();
        List<RelayTable.Circuit> open = new ArrayList<>();
        long now = 0;
        for (int step = 0; step < 300; step++) {
            now += random.nextInt(5);
            PeerId peer = PEERS.get(random.nextInt(8));
            PeerId other = PEERS.get(random.nextInt(8));
            switch (random.nextInt(4)) {
                case 0 -> {
                    InetAddress from = ip("192.0." + random.nextInt(3) + "." + random.nextInt(3));
                    assertThat(held.keySet()).containsAll(table.expire(now));
                    if (table.reserve(peer, from, now, now + 50) == RelayStatus.OK) {
                        held.put(peer, now + 50);
                    }
                }
                case 1 -> {
                    boolean had = held.remove(peer) != null;
                    boolean released = table.release(peer);
                    assertThat(had || !released).isTrue();
                }
                case 2 -> {
                    // Each source has a network of its own: none is crowded.
                    RelayTable.Opening opening = open(table, peer, peer + " " + step, other, now);
                    RelayStatus status = opening.status();
                    boolean reserved = held.getOrDefault(other, 0L) > now;
                    long ofPeer = open.stream()
                            .filter(circuit -> circuit.source.equals(peer))
                            .count();
                    long ofOther = open.stream()
                            .filter(circuit -> circuit.target.equals(other))
                            .count();
                    RelayStatus expected = !reserved
                            ? RelayStatus.NO_RESERVATION
                            : peer.equals(other) || open.size() >= 5 || ofPeer >= 3 || ofOther >= 3
                                    ? RelayStatus.RESOURCE_LIMIT_EXCEEDED
                                    : RelayStatus.OK;
                    assertThat(status).isEqualTo(expected);
                    if (status == RelayStatus.OK) {
                        open.add(Objects.requireNonNull(opening.circuit()));
                    }
                }
                default -> {
                    if (!open.isEmpty()) {
                        table.closeCircuit(open.remove(random.nextInt(open.size())));
                    }
                }
            }
            assertThat(table.circuits()).isEqualTo(open.size());
            assertThat(table.reservations()).isLessThanOrEqualTo(6);
        }
    }
}
