package libp2p.scenarios.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.scenarios.dht.DhtAttack.Kind;
import libp2p.scenarios.dht.DhtAttack.Operation;
import libp2p.scenarios.dht.DhtAttack.Size;
import libp2p.scenarios.dht.DhtField.Node;
import libp2p.simulator.Schedule;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The attacks of {@code protocols/kad/attacks} in small, and the search for a peer whose place is surrounded. */
class SurroundedDhtTest {
    private static final Size SMALL = new Size(150, 5);
    private static final Size MIDDLE = new Size(200, 20);
    private static final double FOUND = 0.95;
    /**
     * A sweep looks at the region of a key only where it is certain that liars surround it. In so small a network the
     * hydra is a third of each table, and its ids beside a key are as close as chance would put them; with 1,000 hosts
     * all are found ({@code protocols/kad/attacks}).
     */
    private static final double FOUND_AFTER_SWEEP_BESIDE_A_HYDRA = 0.6;

    /** Honest peers that a host knows which has just started. */
    private static final int KNOWN = 12;

    private static void require(DhtAttackResult result) {
        require(result, FOUND);
    }

    private static void require(DhtAttackResult result, double foundAfterSweep) {
        assertThat(result.rows()).isNotEmpty();
        result.rows().forEach((operation, row) -> {
            assertThat(row.tried()).as("tries of %s", operation).isPositive();
            double least = operation == Operation.REPROVIDE_SWEEP ? foundAfterSweep : FOUND;
            assertThat(row.share()).as("share of %s", operation).isGreaterThanOrEqualTo(least);
        });
        assertThat(result.judged().get(1)).as("size judged").isBetween(0.5, 2.0);
    }

    @Test
    void whatIsAnnouncedAndStoredIsFoundThoughItsKeyIsSurrounded() {
        DhtAttackResult result = DhtAttack.run(Kind.INVENTED, SMALL, 1);
        require(result);
        result.rows()
                .forEach((operation, row) -> assertThat(row.misled())
                        .as("readers told lies, %s", operation)
                        .isEqualTo(row.tried()));
        assertThat(result.rows())
                .containsKeys(
                        Operation.PROVIDERS, Operation.VALUES, Operation.OPTIMISTIC_PROVIDE, Operation.REPROVIDE_SWEEP);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @Tag("long")
    void mostIsFoundUnderEachAttackInALargerNetwork(Kind kind) {
        require(DhtAttack.run(kind, MIDDLE, 1), kind == Kind.HYDRA ? FOUND_AFTER_SWEEP_BESIDE_A_HYDRA : FOUND);
    }

    /** 45 liars around the place of a host, which is in no table, say that it is elsewhere. */
    @Test
    void aPeerIsFoundThoughItsPlaceIsSurrounded() {
        require(false);
    }

    /** As many liars are in the table of a host that has just started, and answer it first and alike. */
    @Test
    void aHostThatHasJustStartedFindsAPeerWhosePlaceIsSurrounded() {
        require(true);
    }

    private static void require(boolean justStarted) {
        Simulation.of(1).schedule(Schedule.FIFO).tolerateExceptions().run(simulation -> {
            DhtField field = new DhtField(simulation, SMALL.nodes());
            field.join();
            LightHost wanted = field.client("70.1.2.3");
            Key place = Key.of(wanted.peerId());
            List<Node> around = field.closest(place, 4);
            for (Node node : around) {
                wanted.connect(node.host().peerAddress());
            }
            IdPool pool = new IdPool(1, 1_000_000);
            DhtLiars liars = DhtLiars.few(field.network(), simulation.host("attacker"));
            liars.misplace(wanted.peerId(), Multiaddr.parse("/ip4/91.1.1.1/tcp/4001"));
            List<LightHost> sybils = new ArrayList<>();
            for (int number : pool
                    .sharing(place, place.commonPrefix(around.getFirst().key()) + 1)
                    .stream()
                    .limit(45)
                    .toList()) {
                sybils.add(liars.host(pool.id(number), "80." + sybils.size() + ".7.7"));
            }
            assertThat(sybils).hasSize(45);
            for (LightHost sybil : sybils) {
                for (Node node : field.closest(place, 60)) {
                    DhtLiars.meet(sybil, node);
                }
            }
            simulation.sleep(Duration.ofSeconds(3)); // the nodes ask whom they have met
            Node asking = justStarted
                    ? field.newcomer("70.2.3.4", KNOWN)
                    : field.nodes().stream()
                            .filter(node -> around.stream()
                                    .noneMatch(near -> node.dht()
                                            .tablePeers()
                                            .contains(near.host().peerId())))
                            .findFirst()
                            .orElseThrow();
            if (justStarted) {
                for (LightHost sybil : sybils) {
                    DhtLiars.meet(sybil, asking);
                }
                asking.dht().refresh();
            }
            PeerId id = wanted.peerId();
            assertThat(asking.dht().findPeer(id, Deadline.after(asking.host().environment(), Duration.ofMinutes(2))))
                    .contains(wanted.address());
        });
    }
}
