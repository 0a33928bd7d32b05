package libp2p.pubsub.router;

import static libp2p.pubsub.network.RouterNetwork.MILLISECOND;
import static libp2p.pubsub.network.RouterNetwork.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.network.Attack;
import libp2p.pubsub.network.AttackResult;
import libp2p.pubsub.network.HonestNode;
import libp2p.pubsub.network.RouterField;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.score.ScoreParameters;
import org.junit.jupiter.api.Test;

/** Peers of a mesh that do not bring what others bring make room. */
class DeliveryTrialsTest {
    private static final String TOPIC = "news";

    private final RouterNetwork network = new RouterNetwork(1);
    private final HonestNode node = new HonestNode(
            network, "node", RouterNetwork.address(1), GossipParameters.DEFAULT, ScoreParameters.DEFAULT, false);
    private final List<Puppet> puppets = new ArrayList<>();
    private final Puppet author = new Puppet(network, "author", 50);
    private final Puppet other = new Puppet(network, "other", 51);
    private final Random random = new Random(1);

    private List<PeerId> mesh() {
        return node.router().view().mesh(TOPIC);
    }

    private void join(int peers) {
        for (int i = 0; i < peers; i++) {
            Puppet puppet = new Puppet(network, "puppet" + i, 100 + i);
            puppets.add(puppet);
            network.connect(node, puppet, Version.GOSSIPSUB_1_1);
            puppet.subscribe(node, TOPIC);
        }
        node.join(TOPIC);
        network.run(SECOND);
    }

    private Puppet first() {
        return puppets.stream()
                .filter(puppet -> mesh().contains(puppet.id()))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Messages of two authors in turn, two a second, that all peers of the mesh bring in some order but for what one of
     * them drops.
     */
    private void messages(int count, Puppet lazy, BiPredicate<Integer, Puppet> drops) {
        messages(count, lazy, drops, id -> {}, id -> {});
    }

    /** The same, of which the one that drops speaks before others bring a message, and after each that does. */
    private void messages(
            int count,
            Puppet lazy,
            BiPredicate<Integer, Puppet> drops,
            Consumer<MessageId> before,
            Consumer<MessageId> after) {
        for (int i = 0; i < count; i++) {
            Puppet from = i % 2 == 0 ? author : other;
            Message message = from.message(TOPIC, 100);
            MessageId id = node.router().id(message);
            before.accept(id);
            List<Puppet> order = new ArrayList<>(puppets);
            Collections.shuffle(order, random);
            for (Puppet puppet : order) {
                if (mesh().contains(puppet.id()) && !(puppet == lazy && drops.test(i, from))) {
                    puppet.tell(node, Rpc.of(message));
                    after.accept(id);
                    network.run(5 * MILLISECOND);
                }
            }
            network.run(SECOND / 2);
        }
    }

    private void assertMadeRoom(Puppet lazy) {
        assertThat(mesh()).doesNotContain(lazy.id());
        assertThat(node.exchanged).containsExactly(lazy.id());
    }

    @Test
    void aPeerThatDropsAllMakesRoomSoonAndLosesNoScore() {
        join(10);
        Puppet lazy = first();
        messages(40, lazy, (i, from) -> true);
        assertThat(mesh()).doesNotContain(lazy.id()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(node.exchanged).containsExactly(lazy.id());
        assertThat(node.router().view().score(lazy.id())).isNotNegative();
        assertThat(lazy.prunes()).hasSize(1);
    }

    @Test
    void aPeerThatDropsHalfMakesRoom() {
        join(10);
        Puppet lazy = first();
        messages(200, lazy, (i, from) -> i % 4 < 2);
        assertMadeRoom(lazy);
    }

    @Test
    void aPeerThatDropsTheMessagesOfOneAuthorMakesRoom() {
        join(10);
        Puppet censor = first();
        messages(200, censor, (i, from) -> from == author);
        assertMadeRoom(censor);
    }

    /** What it echoes it was sent by this host, but for what is kept back from it. */
    @Test
    void aPeerThatOnlyEchoesMakesRoom() {
        join(10);
        Puppet echo = first();
        for (int i = 0; i < 60; i++) {
            int before = echo.messages().size();
            messages(1, echo, (number, from) -> true);
            List<Message> heard = echo.messages();
            heard.subList(before, heard.size()).forEach(message -> echo.tell(node, Rpc.of(message)));
        }
        assertMadeRoom(echo);
    }

    @Test
    void everyMemberGetsEveryMessageInTheEnd() {
        join(5);
        Puppet lazy = first();
        messages(60, lazy, (i, from) -> true);
        network.run(3 * SECOND);
        assertThat(node.deliveries).hasSize(60);
        assertThat(lazy.messages().stream()
                        .map(message -> node.router().id(message))
                        .distinct())
                .hasSize(60);
    }

    /** Colluders tell it the ids, so that it can ask for what is kept back from it. */
    @Test
    void aPeerThatAsksForWhatItHasToBringMakesRoom() {
        join(10);
        Puppet lazy = first();
        messages(40, lazy, (i, from) -> true, id -> {}, id -> lazy.want(node, List.of(id)));
        assertMadeRoom(lazy);
    }

    /** A message that it has told not to want is one that it has, and must bring. */
    @Test
    void aPeerThatWantsNoMessageAndBringsNoneMakesRoom() {
        join(10);
        Puppet lazy = first();
        messages(40, lazy, (i, from) -> true, id -> lazy.dontWant(node, List.of(id)), id -> {});
        assertMadeRoom(lazy);
    }

    @Test
    void aPeerThatLeavesTheTopicAndComesAgainKeepsItsFailures() {
        assertKeepsFailures(lazy -> lazy.tell(node, Rpc.of(List.of(new Rpc.Subscription(false, TOPIC)))));
    }

    @Test
    void aPeerThatConnectsAgainKeepsItsFailures() {
        assertKeepsFailures(lazy -> {
            network.disconnect(node, lazy);
            network.connect(lazy, node, Version.GOSSIPSUB_1_1);
        });
    }

    /** A peer that drops all, leaves each second, and comes again at once. */
    private void assertKeepsFailures(Consumer<Puppet> leaving) {
        join(10);
        Puppet lazy = first();
        int times = 0;
        for (int i = 0; i < 60; i++) {
            messages(2, lazy, (number, from) -> true);
            times += mesh().contains(lazy.id()) ? 1 : 0;
            leaving.accept(lazy);
            lazy.subscribe(node, TOPIC);
            lazy.graft(node, TOPIC);
        }
        assertThat(times).isLessThan(20);
        assertThat(mesh()).doesNotContain(lazy.id());
    }

    /** A hub with leaves: its messages come from their authors and from nowhere else. */
    @Test
    void leavesThatHearOfTheTopicFromThisHostAloneStay() {
        join(10);
        for (int i = 0; i < 60; i++) {
            Puppet leaf = puppets.get(i % 10);
            leaf.tell(node, Rpc.of(leaf.message(TOPIC, 100)));
            network.run(SECOND / 2);
        }
        assertThat(node.exchanged).isEmpty();
        assertThat(node.deliveries).hasSize(60);
    }

    @Test
    void fewMessagesProveNothing() {
        join(10);
        messages(4, first(), (i, from) -> true);
        network.run(60 * SECOND);
        assertThat(node.exchanged).isEmpty();
    }

    @Test
    void aSmallMeshKeepsItsPeersUntilThereIsAnother() {
        join(5);
        Puppet lazy = first();
        messages(60, lazy, (i, from) -> true);
        assertThat(mesh()).hasSize(5).contains(lazy.id());
        Puppet instead = new Puppet(network, "instead", 99);
        network.connect(node, instead, Version.GOSSIPSUB_1_1);
        instead.subscribe(node, TOPIC);
        network.run(10 * SECOND);
        assertThat(mesh()).hasSize(5).contains(instead.id()).doesNotContain(lazy.id());
    }

    @Test
    void whoHasFailedWaitsLongerEachTime() {
        join(10);
        Puppet lazy = first();
        messages(40, lazy, (i, from) -> true);
        network.run(62 * SECOND);
        lazy.graft(node, TOPIC);
        assertThat(mesh()).contains(lazy.id());
        messages(60, lazy, (i, from) -> true);
        assertThat(lazy.prunes()).extracting(Rpc.Prune::backoff).containsExactly(60L, 120L);
    }

    /** Links of 25 to 275 ms: who is far away brings less, and yet meshes are left alone. */
    @Test
    void aNetworkOfUnequalDistancesKeepsItsMeshes() {
        AttackResult result = Attack.run(
                Attack.Kind.CALM,
                new Attack.Size(0.04, 3, 8),
                Attack.Scoring.DEFAULT,
                new RouterField(5, 25 * MILLISECOND, 0.1).spread(10));
        assertThat(result.delivered()).isEqualTo(1);
        assertThat(result.lowestHonest()).isNotNegative();
        assertThat(result.changedInAMinute()).isLessThanOrEqualTo(0.01);
    }

    /** Of eight members that were there before messages that attackers tell one victim alone, seven stay. */
    @Test
    void messagesThatNoOtherPeerCanHaveJudgeNone() {
        for (int seed = 0; seed < 50; seed++) {
            assertThat(honestMembersKept(seed, seed % 2 == 0))
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(7);
        }
    }

    private static int honestMembersKept(int seed, boolean together) {
        RouterNetwork world = new RouterNetwork(seed);
        GossipParameters parameters =
                GossipParameters.DEFAULT.withMesh(new GossipParameters.Mesh(8, 8, 12, 6, 2, 60, 2));
        List<HonestNode> honest = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            honest.add(new HonestNode(
                    world, "honest" + i, RouterNetwork.address(i), parameters, ScoreParameters.DEFAULT, false));
        }
        HonestNode victim = honest.get(0);
        for (int i = 1; i <= 8; i++) {
            world.connect(
                    i % 2 == 0 ? victim : honest.get(i), i % 2 == 0 ? honest.get(i) : victim, Version.GOSSIPSUB_1_2);
        }
        for (int i = 1; i < 16; i++) {
            for (int j = 1; j <= 4; j++) {
                world.connect(honest.get(i), honest.get(1 + (i - 1 + j * j) % 15), Version.GOSSIPSUB_1_2);
            }
        }
        honest.forEach(each -> each.join(TOPIC));
        world.run(5 * SECOND);
        List<PeerId> before = victim.router().view().mesh(TOPIC);
        assertThat(before).hasSize(8);
        List<Puppet> sybils = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Puppet sybil = new Puppet(world, "sybil" + i, 200 + i);
            sybils.add(sybil);
            world.connect(sybil, victim, Version.GOSSIPSUB_1_1);
            sybil.subscribe(victim, TOPIC);
            sybil.graft(victim, TOPIC);
        }
        for (int tick = 0; tick < 80; tick++) {
            if (tick % 2 == 0) {
                honest.get(1 + world.random().nextInt(15)).publish(TOPIC, 200);
            }
            for (Puppet sybil : sybils) {
                Message message = new Message(
                        RouterNetwork.id("author of " + sybil.id()).toBytes(),
                        new byte[200],
                        MessageId.of(new byte[] {(byte) tick, (byte) (tick >>> 8)})
                                .toBytes(),
                        TOPIC,
                        null,
                        null);
                Puppet teller = together ? sybils.get(world.random().nextInt(8)) : sybil;
                teller.tell(victim, Rpc.of(message));
            }
            world.run(SECOND / 4);
        }
        List<PeerId> kept = new ArrayList<>(victim.router().view().mesh(TOPIC));
        kept.retainAll(before);
        return kept.size();
    }
}
