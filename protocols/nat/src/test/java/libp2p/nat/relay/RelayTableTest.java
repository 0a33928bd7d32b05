package libp2p.nat.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        RelayTable table = new RelayTable(SMALL);
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
        assertThat(table.release(PEERS.get(5))).isTrue();
        assertThat(table.reserve(PEERS.get(6), ip("10.0.0.1"), 0, 100)).isEqualTo(RelayStatus.OK);
        assertThat(table.reserve(PEERS.get(7), ip("10.9.0.1"), 100, 200))
                .as("the others have expired")
                .isEqualTo(RelayStatus.OK);
        assertThat(table.reservations()).isEqualTo(1);
    }

    @Test
    void aCircuitNeedsAReservationOfItsTargetThatHasNotExpired() {
        RelayTable table = new RelayTable(SMALL);
        PeerId target = PEERS.get(0);
        PeerId source = PEERS.get(1);
        assertThat(table.openCircuit(source, target, 0)).isEqualTo(RelayStatus.NO_RESERVATION);
        assertThat(table.reserve(target, null, 0, 10 * SECOND)).isEqualTo(RelayStatus.OK);
        assertThat(table.openCircuit(source, target, 10 * SECOND - 1)).isEqualTo(RelayStatus.OK);
        assertThat(table.openCircuit(source, target, 10 * SECOND)).isEqualTo(RelayStatus.NO_RESERVATION);
        assertThat(table.openCircuit(target, target, 0)).isEqualTo(RelayStatus.RESOURCE_LIMIT_EXCEEDED);
    }

    @Test
    void askingTooOftenIsRefusedWhateverTheAnswerWouldBe() {
        RelayTable table = new RelayTable(RelayLimits.DEFAULT);
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

    /** Against a model that counts by going through everything. */
    @Test
    void randomWalksKeepEveryLimit() {
        for (int seed = 0; seed < 200; seed++) {
            walk(new Random(seed));
        }
    }

    private record Circuit(PeerId source, PeerId target) {}

    private void walk(Random random) {
        RelayTable table = new RelayTable(SMALL);
        Map<PeerId, Long> held = new HashMap<>();
        List<Circuit> open = new ArrayList<>();
        long now = 0;
        for (int step = 0; step < 300; step++) {
            now += random.nextInt(5);
            PeerId peer = PEERS.get(random.nextInt(8));
            PeerId other = PEERS.get(random.nextInt(8));
            switch (random.nextInt(4)) {
                case 0 -> {
                    InetAddress from = ip("192.0." + random.nextInt(3) + "." + random.nextInt(3));
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
                    RelayStatus status = table.openCircuit(peer, other, now);
                    boolean reserved = held.getOrDefault(other, 0L) > now;
                    long ofPeer = count(open, peer);
                    long ofOther = count(open, other);
                    RelayStatus expected = !reserved
                            ? RelayStatus.NO_RESERVATION
                            : peer.equals(other) || open.size() >= 5 || ofPeer >= 3 || ofOther >= 3
                                    ? RelayStatus.RESOURCE_LIMIT_EXCEEDED
                                    : RelayStatus.OK;
                    assertThat(status).isEqualTo(expected);
                    if (status == RelayStatus.OK) {
                        open.add(new Circuit(peer, other));
                    }
                }
                default -> {
                    if (!open.isEmpty()) {
                        Circuit ended = open.remove(random.nextInt(open.size()));
                        table.closeCircuit(ended.source, ended.target);
                    }
                }
            }
            assertThat(table.circuits()).isEqualTo(open.size());
            assertThat(table.reservations()).isLessThanOrEqualTo(6);
        }
    }

    private static long count(List<Circuit> open, PeerId peer) {
        return open.stream()
                .filter(circuit -> circuit.source.equals(peer) || circuit.target.equals(peer))
                .count();
    }
}
