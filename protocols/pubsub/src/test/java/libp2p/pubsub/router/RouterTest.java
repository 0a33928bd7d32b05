package libp2p.pubsub.router;

import static libp2p.pubsub.network.RouterNetwork.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.network.HonestNode;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.score.ScoreParameters;
import org.junit.jupiter.api.Test;

/** One router and peers that do what the test says. */
class RouterTest {
    private static final String TOPIC = "news";

    private final RouterNetwork network = new RouterNetwork(1);
    private GossipParameters parameters = GossipParameters.DEFAULT;
    private HonestNode node = node(parameters, ScoreParameters.DEFAULT);
    private final List<Puppet> puppets = new ArrayList<>();

    private HonestNode node(GossipParameters with, ScoreParameters scores) {
        HonestNode made = new HonestNode(
                network, "node" + network.now() + with.hashCode(), RouterNetwork.address(1), with, scores, false);
        made.autoHeartbeat = false;
        return made;
    }

    private void beat() {
        network.run(SECOND);
        node.router().heartbeat(network.now());
        network.run(SECOND / 10);
    }

    private Puppet puppet(Version version, boolean dialed) {
        Puppet puppet = new Puppet(network, "puppet" + puppets.size(), 100 + puppets.size());
        puppets.add(puppet);
        if (dialed) {
            network.connect(node, puppet, version);
        } else {
            network.connect(puppet, node, version);
        }
        return puppet;
    }

    private List<Puppet> subscribers(int count) {
        List<Puppet> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Puppet puppet = puppet(Version.GOSSIPSUB_1_2, i % 2 == 0);
            puppet.subscribe(node, TOPIC);
            made.add(puppet);
        }
        return made;
    }

    private List<PeerId> mesh() {
        return node.router().view().mesh(TOPIC);
    }

    @Test
    void joiningGraftsDPeersAndTellsAll() {
        List<Puppet> peers = subscribers(20);
        node.join(TOPIC);
        network.run(SECOND);
        assertThat(mesh()).hasSize(6);
        assertThat(peers.stream().filter(peer -> !peer.grafts().isEmpty()).map(Puppet::id))
                .containsExactlyInAnyOrderElementsOf(mesh());
        assertThat(peers)
                .allSatisfy(peer -> assertThat(peer.received.get(0).subscriptions())
                        .containsExactly(new Rpc.Subscription(true, TOPIC)));
    }

    /** Strangers that have come before a topic is joined do not fill its mesh. */
    @Test
    void joiningGraftsThoseFirstThatThisHostHasDialed() {
        for (int i = 0; i < 48; i++) {
            puppet(Version.GOSSIPSUB_1_2, i % 6 == 0).subscribe(node, TOPIC);
        }
        node.join(TOPIC);
        assertThat(puppets.stream()
                        .filter(peer -> puppets.indexOf(peer) % 6 == 0)
                        .map(Puppet::id))
                .hasSize(8)
                .containsAll(mesh());
    }

    @Test
    void aMeshTooSmallIsFilledAndOneTooLargeIsCutWithTheDialedKept() {
        node.join(TOPIC);
        List<Puppet> peers = subscribers(4);
        beat();
        assertThat(mesh()).hasSize(4);
        peers.addAll(subscribers(30));
        for (Puppet peer : peers) {
            peer.graft(node, TOPIC);
        }
        int dialed = (int) peers.stream()
                .filter(peer -> mesh().contains(peer.id()))
                .filter(peer -> puppets.indexOf(peer) % 2 == 0)
                .count();
        assertThat(dialed).isEqualTo(17); // those that this host has dialed may exceed D_hi
        beat();
        assertThat(mesh()).hasSize(6);
        assertThat(puppets.stream().filter(peer -> puppets.indexOf(peer) % 2 == 0 && mesh().contains(peer.id())))
                .hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void leavingPrunesWithTheShortBackoff() {
        List<Puppet> peers = subscribers(3);
        node.join(TOPIC);
        node.router().leave(TOPIC, network.now());
        network.run(SECOND);
        assertThat(peers)
                .allSatisfy(peer -> assertThat(peer.prunes()).containsExactly(new Rpc.Prune(TOPIC, List.of(), 10)));
        node.join(TOPIC);
        beat();
        assertThat(mesh()).isEmpty(); // the back-off holds for this host too
        for (int i = 0; i < 12; i++) {
            beat();
        }
        assertThat(mesh()).hasSize(3);
    }

    @Test
    void ownPublicationsFloodAndThoseOfOthersGoToTheMesh() {
        List<Puppet> peers = subscribers(20);
        node.join(TOPIC);
        node.publish(TOPIC, 10);
        network.run(SECOND);
        assertThat(peers).allSatisfy(peer -> assertThat(peer.messages()).hasSize(1));
        Puppet author = peers.stream()
                .filter(peer -> mesh().contains(peer.id()))
                .findFirst()
                .orElseThrow();
        author.tell(node, Rpc.of(author.message(TOPIC, 10)));
        network.run(SECOND);
        for (Puppet peer : peers) {
            boolean forwarded = mesh().contains(peer.id()) && peer != author;
            assertThat(peer.messages()).hasSize(forwarded ? 2 : 1);
        }
        assertThat(node.deliveries).hasSize(2);
    }

    @Test
    void withoutFloodPublishingATopicThatIsNotJoinedHasAFanout() {
        node = node(GossipParameters.DEFAULT.withFloodPublish(false), ScoreParameters.DEFAULT);
        List<Puppet> peers = subscribers(20);
        node.publish(TOPIC, 10);
        node.publish(TOPIC, 10);
        network.run(SECOND);
        assertThat(peers.stream().filter(peer -> peer.messages().size() == 2)).hasSize(6);
        assertThat(peers.stream().filter(peer -> peer.messages().isEmpty())).hasSize(14);
        node.join(TOPIC);
        assertThat(peers.stream().filter(peer -> peer.messages().size() == 2).map(Puppet::id))
                .containsExactlyInAnyOrderElementsOf(mesh());
    }

    @Test
    void messagesOfOthersGoToFloodsubPeersToo() {
        node.join(TOPIC);
        Puppet old = puppet(Version.FLOODSUB, false);
        old.subscribe(node, TOPIC);
        Puppet author = puppet(Version.GOSSIPSUB_1_1, false);
        author.tell(node, Rpc.of(author.message(TOPIC, 10)));
        beat();
        assertThat(old.messages()).hasSize(1);
        assertThat(old.grafts()).isEmpty();
        old.graft(node, TOPIC);
        assertThat(mesh()).isEmpty();
    }

    @Test
    void aRouterOfFloodsubSendsEverythingToAllPeers() {
        node = node(GossipParameters.DEFAULT.withFloodsub(true), ScoreParameters.DEFAULT);
        node.join(TOPIC);
        List<Puppet> peers = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            peers.add(puppet(Version.FLOODSUB, false));
            peers.get(i).subscribe(node, TOPIC);
        }
        peers.get(0).tell(node, Rpc.of(peers.get(0).message(TOPIC, 5)));
        beat();
        assertThat(peers.subList(1, 15))
                .allSatisfy(peer -> assertThat(peer.messages()).hasSize(1));
    }

    @Test
    void gossipGoesToPeersOutsideTheMeshAndWhoAsksIsAnswered() {
        List<Puppet> peers = subscribers(20);
        node.join(TOPIC);
        Puppet author = puppet(Version.GOSSIPSUB_1_1, false);
        Message message = author.message(TOPIC, 10);
        MessageId id = node.router().id(message);
        author.tell(node, Rpc.of(message));
        beat();
        List<Puppet> told =
                peers.stream().filter(peer -> peer.haves().contains(id)).toList();
        assertThat(told).hasSize(6).noneMatch(peer -> mesh().contains(peer.id()));
        Puppet asker = told.get(0);
        for (int i = 0; i < 5; i++) {
            asker.want(node, List.of(id));
        }
        network.run(SECOND);
        assertThat(asker.messages()).hasSize(3); // as often as the retransmissions allow
        for (int i = 0; i < 6; i++) {
            beat();
        }
        Puppet late = told.get(1);
        late.want(node, List.of(id));
        network.run(SECOND);
        assertThat(late.messages()).isEmpty();
    }

    @Test
    void whatIsToldIsAskedForOnceAndBrokenPromisesCost() {
        node.join(TOPIC);
        Puppet liar = puppet(Version.GOSSIPSUB_1_1, false);
        for (int round = 0; round < 12; round++) {
            MessageId id = MessageId.of(new byte[] {1, (byte) round});
            liar.have(node, TOPIC, List.of(id, id));
            beat();
        }
        assertThat(liar.wants()).hasSize(12);
        for (int i = 0; i < 5; i++) {
            beat();
        }
        assertThat(node.router().view().score(liar.id())).isLessThan(-100);
        liar.received.clear();
        liar.have(node, TOPIC, List.of(MessageId.of(new byte[] {99})));
        beat();
        assertThat(liar.wants()).isEmpty(); // below the gossip threshold no peer listens
        Puppet author = puppet(Version.GOSSIPSUB_1_1, false);
        Message message = author.message(TOPIC, 10);
        author.tell(node, Rpc.of(message));
        beat();
        liar.received.clear();
        liar.want(node, List.of(node.router().id(message)));
        author.want(node, List.of(node.router().id(message)));
        network.run(SECOND);
        assertThat(liar.messages()).as("or is answered").isEmpty();
        assertThat(author.messages()).as("which others are").hasSize(1);
    }

    @Test
    void ihavesAreBoundedPerHeartbeat() {
        node.join(TOPIC);
        Puppet spammer = puppet(Version.GOSSIPSUB_1_1, false);
        for (int i = 0; i < 30; i++) {
            List<MessageId> ids = new ArrayList<>();
            for (int j = 0; j < 1_000; j++) {
                ids.add(MessageId.of(new byte[] {(byte) i, (byte) j, (byte) (j >> 8)}));
            }
            spammer.have(node, TOPIC, ids);
        }
        network.run(SECOND);
        assertThat(spammer.wants()).hasSize(5_000);
        spammer.received.clear();
        for (int i = 0; i < 30; i++) {
            spammer.have(node, TOPIC, List.of(MessageId.of(new byte[] {50, (byte) i})));
        }
        network.run(SECOND);
        assertThat(spammer.wants()).isEmpty();
    }

    @Test
    void iwantsAreBoundedPerHeartbeat() {
        node.join(TOPIC);
        Puppet asker = puppet(Version.GOSSIPSUB_1_1, false);
        List<MessageId> ids = new ArrayList<>();
        for (int i = 0; i < PubSubLimits.DEFAULT.peer().wanted() + 1; i++) {
            ids.add(MessageId.of(new byte[] {(byte) i, (byte) (i >> 8), 3}));
        }
        asker.want(node, ids);
        assertThat(node.misbehaviours).containsExactly("too many IWANT");
    }

    @Test
    void largeMessagesAreAnnouncedAndNotSentToWhoHasThem() {
        List<Puppet> peers = subscribers(6);
        node.join(TOPIC);
        network.run(SECOND);
        Puppet author = peers.get(0);
        Message large = author.message(TOPIC, 2_000);
        MessageId id = node.router().id(large);
        peers.get(1).dontWant(node, List.of(id));
        author.tell(node, Rpc.of(large));
        beat();
        assertThat(peers.subList(1, 6))
                .allSatisfy(peer -> assertThat(peer.dontWants()).containsExactly(id));
        assertThat(author.dontWants()).isEmpty();
        assertThat(peers.get(1).messages()).isEmpty();
        assertThat(peers.get(2).messages()).hasSize(1);
        author.tell(node, Rpc.of(author.message(TOPIC, 100)));
        beat();
        assertThat(peers.get(2).dontWants()).hasSize(1); // small ones are not announced
    }

    @Test
    void whatAPeerDoesNotWantIsForgottenAfterSomeHeartbeats() {
        List<Puppet> peers = subscribers(6);
        node.join(TOPIC);
        network.run(SECOND);
        Puppet author = peers.get(0);
        Message message = author.message(TOPIC, 2_000);
        peers.get(1).dontWant(node, List.of(node.router().id(message)));
        for (int i = 0; i <= GossipParameters.DEFAULT.timing().dontWantTicks(); i++) {
            beat();
        }
        author.tell(node, Rpc.of(message));
        beat();
        assertThat(peers.get(1).messages()).hasSize(1);
    }

    @Test
    void idontwantsAreBoundedAndForgotten() {
        List<Puppet> peers = subscribers(2);
        node.join(TOPIC);
        Puppet many = peers.get(0);
        List<MessageId> ids = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            ids.add(MessageId.of(new byte[] {(byte) i, (byte) (i >> 8)}));
        }
        Message real = peers.get(1).message(TOPIC, 10);
        ids.add(node.router().id(real));
        many.dontWant(node, ids);
        peers.get(1).tell(node, Rpc.of(real));
        network.run(SECOND);
        assertThat(many.messages()).hasSize(1); // it was above the limit
        Message next = peers.get(1).message(TOPIC, 10);
        for (int i = 0; i < 4; i++) {
            beat();
        }
        many.dontWant(node, List.of(node.router().id(next)));
        for (int i = 0; i < 3; i++) {
            beat();
        }
        peers.get(1).tell(node, Rpc.of(next));
        network.run(SECOND);
        assertThat(many.messages()).hasSize(2);
    }

    @Test
    void graftDuringBackoffCostsAndIsAnsweredByPrune() {
        node.join(TOPIC);
        Puppet peer = puppet(Version.GOSSIPSUB_1_1, false);
        peer.subscribe(node, TOPIC);
        peer.graft(node, TOPIC);
        assertThat(mesh()).containsExactly(peer.id());
        peer.prune(node, TOPIC, 60);
        assertThat(mesh()).isEmpty();
        for (int i = 0; i < 5; i++) {
            peer.graft(node, TOPIC);
        }
        network.run(SECOND);
        assertThat(peer.prunes()).hasSize(5);
        assertThat(node.misbehaviours).hasSize(10); // each within ten seconds counts twice
        assertThat(node.router().view().score(peer.id())).isLessThan(-100);
    }

    /**
     * A back-off of 2⁶⁴-1 seconds, or one that overflows when anything is added, neither ends at once nor lasts for
     * ever.
     */
    @Test
    void absurdBackoffsSaturate() {
        for (long seconds :
                new long[] {-1, Long.MAX_VALUE, Long.MAX_VALUE / SECOND, Long.MIN_VALUE, (1L << 63) - 1_000}) {
            node = node(parameters.withDontWantBytes((int) (seconds & 0xffff) + 1), ScoreParameters.DEFAULT);
            Puppet peer = new Puppet(network, "absurd" + seconds, 7);
            network.connect(node, peer, Version.GOSSIPSUB_1_1);
            peer.subscribe(node, TOPIC);
            node.join(TOPIC);
            peer.prune(node, TOPIC, seconds);
            for (int i = 0; i < 80; i++) {
                beat();
                assertThat(mesh()).isEmpty();
            }
            network.run(PubSubLimits.DEFAULT.state().longestBackoff().toNanos());
            beat();
            assertThat(mesh()).containsExactly(peer.id());
        }
    }

    @Test
    void graftsOfUnknownTopicsAreNotAnswered() {
        Puppet peer = puppet(Version.GOSSIPSUB_1_1, false);
        peer.graft(node, "unknown");
        peer.prune(node, "unknown", 60);
        network.run(SECOND);
        assertThat(peer.received).isEmpty();
        assertThat(node.router().view().sizes()).contains("backoffs 0");
    }

    @Test
    void aFullMeshPrunesAndOffersOthers() {
        node = node(GossipParameters.DEFAULT.withPeerExchange(true), ScoreParameters.DEFAULT);
        node.join(TOPIC);
        List<Puppet> peers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Puppet peer = puppet(Version.GOSSIPSUB_1_1, false);
            peer.subscribe(node, TOPIC);
            peer.graft(node, TOPIC);
            peers.add(peer);
        }
        network.run(SECOND);
        assertThat(mesh()).hasSize(12);
        Puppet refused = peers.get(19);
        assertThat(refused.prunes()).hasSize(1);
        assertThat(refused.prunes().get(0).backoff()).isEqualTo(10);
        assertThat(refused.prunes().get(0).peers())
                .hasSize(16)
                .noneMatch(offer ->
                        java.util.Arrays.equals(offer.id(), refused.id().toBytes()));
    }

    @Test
    void offeredPeersAreConnectedOnlyWhenWhoOffersIsTrusted() {
        ScoreParameters trusting =
                ScoreParameters.DEFAULT.withApplication(peer -> peer.equals(RouterNetwork.id("puppet0")) ? 20 : 0);
        node = node(parameters, trusting);
        node.join(TOPIC);
        PeerId offered = RouterNetwork.id("offered");
        Rpc.Control prune = new Rpc.Control(
                List.of(),
                List.of(),
                List.of(),
                List.of(new Rpc.Prune(
                        TOPIC,
                        List.of(
                                new Rpc.PeerInfo(offered.toBytes(), null),
                                new Rpc.PeerInfo(new byte[] {5}, null),
                                new Rpc.PeerInfo(node.id().toBytes(), null)),
                        60)),
                List.of(),
                null);
        Puppet trusted = puppet(Version.GOSSIPSUB_1_1, false);
        Puppet stranger = puppet(Version.GOSSIPSUB_1_1, false);
        stranger.tell(node, Rpc.of(prune));
        assertThat(node.connects).isEmpty();
        trusted.tell(node, Rpc.of(prune));
        assertThat(node.connects).containsExactly(offered);
    }

    @Test
    void directPeersGetEverythingAndAreNeverInTheMesh() {
        node = node(parameters.withDirect(Set.of(RouterNetwork.id("puppet0"))), ScoreParameters.DEFAULT);
        node.join(TOPIC);
        beat();
        assertThat(node.connects).containsExactly(RouterNetwork.id("puppet0"));
        Puppet direct = puppet(Version.GOSSIPSUB_1_1, false);
        direct.subscribe(node, TOPIC);
        direct.graft(node, TOPIC);
        network.run(SECOND);
        assertThat(direct.prunes()).hasSize(1);
        beat();
        assertThat(mesh()).isEmpty();
        Puppet author = puppet(Version.GOSSIPSUB_1_1, false);
        author.tell(node, Rpc.of(author.message(TOPIC, 5)));
        beat();
        assertThat(direct.messages()).hasSize(1);
        for (int i = 0; i < 100; i++) {
            node.router().dropped(direct.id(), 10);
        }
        direct.tell(node, Rpc.of(direct.message(TOPIC, 5)));
        network.run(SECOND);
        assertThat(node.deliveries).hasSize(2); // whatever its score
    }

    @Test
    void invalidMessagesLeadToTheGraylist() {
        node.join(TOPIC);
        node.validator = message -> message.data().length == 13 ? ValidationResult.REJECT : ValidationResult.ACCEPT;
        Puppet bad = puppet(Version.GOSSIPSUB_1_1, false);
        bad.subscribe(node, TOPIC);
        bad.graft(node, TOPIC);
        for (int i = 0; i < 12; i++) {
            bad.tell(node, Rpc.of(bad.message(TOPIC, 13)));
            network.run(SECOND / 10);
        }
        assertThat(node.router().view().score(bad.id()))
                .isLessThan(ScoreParameters.DEFAULT.thresholds().graylist());
        beat();
        assertThat(mesh()).isEmpty();
        bad.tell(node, Rpc.of(bad.message(TOPIC, 5)));
        network.run(SECOND);
        assertThat(node.deliveries).isEmpty();
    }

    /** Author and number do not bind the data: a forged message must not keep the real one out. */
    @Test
    void aForgedMessageWithTheSameIdDoesNotCensorTheRealOne() {
        node.join(TOPIC);
        node.signature = message -> message.data().length != 666;
        Puppet forger = puppet(Version.GOSSIPSUB_1_1, false);
        Puppet honest = puppet(Version.GOSSIPSUB_1_1, false);
        Message real = honest.message(TOPIC, 2_000);
        Message forged = new Message(real.from(), new byte[666], real.sequence(), TOPIC, null, null);
        forger.tell(node, Rpc.of(forged));
        honest.tell(node, Rpc.of(real));
        network.run(SECOND);
        assertThat(node.deliveries).hasSize(1);
        assertThat(node.router().view().score(forger.id())).isNegative();
        assertThat(node.router().view().score(honest.id())).isPositive();
        assertThat(honest.dontWants()).isEmpty();
    }

    @Test
    void copiesAreDeliveredOnceAndNotSentBackToWhoBroughtThem() {
        List<Puppet> peers = subscribers(5);
        node.join(TOPIC);
        Message message = puppet(Version.GOSSIPSUB_1_1, false).message(TOPIC, 5);
        peers.get(0).tell(node, Rpc.of(message));
        peers.get(1).tell(node, Rpc.of(message));
        network.run(SECOND);
        peers.get(2).tell(node, Rpc.of(message));
        network.run(SECOND);
        assertThat(node.deliveries).hasSize(1);
        assertThat(node.duplicates).isEqualTo(2);
        assertThat(peers.get(0).messages()).isEmpty();
        assertThat(peers.get(1).messages()).isEmpty();
        assertThat(peers.get(3).messages()).hasSize(1);
    }

    @Test
    void ownMessagesThatComeBackAreIgnoredWithoutBlame() {
        node.join(TOPIC);
        Puppet peer = puppet(Version.GOSSIPSUB_1_1, false);
        Message own = new Message(node.id().toBytes(), new byte[3], new byte[8], TOPIC, null, null);
        peer.tell(node, Rpc.of(own));
        network.run(SECOND);
        assertThat(node.deliveries).isEmpty();
        assertThat(node.router().view().score(peer.id())).isZero();
    }

    /** 22-fold amplification elsewhere: a small frame of subscriptions must not become large maps. */
    @Test
    void topicsOfAPeerAreBoundedAndFreedWhenItGoes() {
        Puppet flood = puppet(Version.GOSSIPSUB_1_1, false);
        for (int frame = 0; frame < 17; frame++) {
            List<Rpc.Subscription> many = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                many.add(new Rpc.Subscription(true, "t" + frame + "-" + i));
            }
            flood.tell(node, Rpc.of(many));
        }
        assertThat(node.router().view().sizes()).contains("topics 1000,");
        assertThat(node.router().view().score(flood.id()))
                .isLessThan(ScoreParameters.DEFAULT.thresholds().graylist());
        node.disconnected(flood);
        assertThat(node.router().view().sizes()).contains("topics 0,");
        Puppet wordy = puppet(Version.GOSSIPSUB_1_1, false);
        for (int i = 0; i < 1_000; i++) {
            wordy.subscribe(node, "x".repeat(1_000) + i);
        }
        assertThat(node.router().view().sizes()).contains("topics 65,");
    }

    @Test
    void extensionsAreToldOnceAndTwiceIsAFault() {
        node = node(parameters.withExtensions(new Rpc.Extensions(false, true)), ScoreParameters.DEFAULT);
        node.join(TOPIC);
        Puppet modern = puppet(Version.GOSSIPSUB_1_3, true);
        Puppet older = puppet(Version.GOSSIPSUB_1_2, true);
        network.run(SECOND);
        assertThat(modern.received.get(0).control().extensions()).isEqualTo(new Rpc.Extensions(false, true));
        assertThat(older.received.get(0).control().extensions()).isNull();
        modern.tell(node, Rpc.hello(List.of(), new Rpc.Extensions(false, true)));
        network.run(SECOND);
        assertThat(modern.received).anyMatch(Rpc::test);
        assertThat(node.misbehaviours).isEmpty();
        modern.tell(node, Rpc.hello(List.of(), new Rpc.Extensions(false, true)));
        assertThat(node.misbehaviours).containsExactly("extensions told twice");
    }

    @Test
    void opportunisticGraftingRescuesAMeshOfBadPeers() {
        node = node(
                parameters.withMesh(new GossipParameters.Mesh(6, 5, 12, 4, 2, 5, 2)),
                ScoreParameters.DEFAULT.withApplication(peer -> peer.toString().hashCode() % 2 == 0 ? 5 : 0));
        List<Puppet> peers = subscribers(6);
        node.join(TOPIC);
        List<Puppet> more = subscribers(20);
        for (int i = 0; i < 21; i++) {
            beat();
        }
        long good = mesh().stream()
                .filter(peer -> peer.toString().hashCode() % 2 == 0)
                .count();
        assertThat(mesh().size()).isGreaterThan(6);
        assertThat(good * 2).isGreaterThanOrEqualTo(mesh().size());
        assertThat(peers).hasSize(6);
        assertThat(more).hasSize(20);
    }

    @Test
    void severalPublicationsGoOutOnceBeforeAnyGoesOutTwice() {
        subscribers(5);
        node.keepsSent = true;
        List<Message> messages = new ArrayList<>();
        List<MessageId> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Message message =
                    new Message(node.id().toBytes(), new byte[] {(byte) i}, new byte[] {(byte) i}, TOPIC, null, null);
            messages.add(message);
            ids.add(node.router().id(message));
        }
        assertThat(node.router().publish(messages, ids, network.now())).containsExactly(5, 5, 5, 5);
        List<Byte> order = node.sent.stream()
                .flatMap(sent -> sent.rpc().messages().stream())
                .map(message -> message.data()[0])
                .toList();
        assertThat(order.subList(0, 4)).containsExactly((byte) 0, (byte) 1, (byte) 2, (byte) 3);
        assertThat(order).hasSize(20);
        assertThat(node.router().publish(messages, ids, network.now())).containsExactly(0, 0, 0, 0);
    }

    @Test
    void seenIdsAreForgottenAfterTheirTime() {
        node = node(
                parameters.withTiming(new GossipParameters.Timing(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(3),
                        300,
                        3)),
                ScoreParameters.DEFAULT);
        node.join(TOPIC);
        Puppet peer = puppet(Version.GOSSIPSUB_1_1, false);
        peer.tell(node, Rpc.of(peer.message(TOPIC, 5)));
        network.run(SECOND / 10);
        assertThat(node.router().view().sizes()).contains("seen 1,", "cached 1,");
        for (int i = 0; i < 11; i++) {
            beat();
        }
        assertThat(node.router().view().sizes()).contains("seen 0,", "cached 0,");
    }

    @Test
    void aReplacedStreamBringsSubscriptionsAndGraftsAgain() {
        List<Puppet> peers = subscribers(3);
        node.join(TOPIC);
        network.run(SECOND);
        Puppet peer = peers.get(0);
        assertThat(mesh()).contains(peer.id());
        peer.received.clear();
        node.router().reopened(peer.id(), true, network.now());
        network.run(SECOND);
        assertThat(peer.received.get(0).subscriptions()).containsExactly(new Rpc.Subscription(true, TOPIC));
        assertThat(peer.grafts()).containsExactly(new Rpc.Graft(TOPIC));
        peer.received.clear();
        node.router().reopened(peer.id(), false, network.now());
        network.run(SECOND);
        assertThat(peer.received).hasSize(1);
        assertThat(peer.grafts()).containsExactly(new Rpc.Graft(TOPIC));
    }

    @Test
    void peersThatWantPartsGetPartsAndNotWholeMessages() {
        node = node(parameters.withExtensions(new Rpc.Extensions(true, false)), ScoreParameters.DEFAULT);
        node.router().join(new Rpc.Subscription(true, TOPIC, false, true), network.now());
        Puppet parts = puppet(Version.GOSSIPSUB_1_3, false);
        parts.tell(
                node,
                Rpc.hello(List.of(new Rpc.Subscription(true, TOPIC, true, true)), new Rpc.Extensions(true, false)));
        Puppet claims = puppet(Version.GOSSIPSUB_1_3, false);
        claims.tell(node, Rpc.of(List.of(new Rpc.Subscription(true, TOPIC, true, true))));
        node.publish(TOPIC, 10);
        network.run(SECOND);
        assertThat(parts.messages()).isEmpty();
        assertThat(claims.messages()).hasSize(1); // it has not told the extension
        assertThat(node.router().view().sendsPartials(parts.id())).isTrue();
    }
}
