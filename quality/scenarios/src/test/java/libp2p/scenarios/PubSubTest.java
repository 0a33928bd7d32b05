package libp2p.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Registration;
import libp2p.core.routing.PubSub;
import libp2p.core.routing.PubSub.Verdict;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import libp2p.pubsub.RefusedMessageException;
import libp2p.pubsub.Topic;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** GossipSub of whole hosts over TCP, Noise and yamux. */
class PubSubTest {
    private static final String TOPIC = "news";
    private static final int SEEDS = 8;

    /** A host with pubsub and what it has heard. */
    private record Member(TestNode node, PubSubService pubsub, List<String> heard) {
        void publish(String text) throws IOException {
            pubsub.publish(TOPIC, text.getBytes(UTF_8));
        }

        void connect(Member other) throws IOException {
            node.host().connect(other.node.address());
        }
    }

    private static Member member(World world, String name, GossipSub family) throws IOException {
        TestNode node = world.node(name, builder -> builder.with(family));
        Member member = new Member(node, GossipSub.on(node.host()), new ArrayList<>());
        member.pubsub.join(TOPIC).subscribe(message -> member.heard.add(new String(message.data(), UTF_8)));
        return member;
    }

    private static List<Member> members(World world, int count) throws IOException {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(member(world, "m" + i, GossipSub.create()));
        }
        return members;
    }

    private static void awaitHeard(World world, List<Member> members, String... texts) {
        world.simulation()
                .await(
                        "every subscriber hears " + List.of(texts),
                        Duration.ofMinutes(1),
                        () -> members.stream().allMatch(member -> member.heard.containsAll(List.of(texts))));
    }

    @Test
    void messagesReachHostsThatAreNotConnectedToTheAuthorOnceEach() {
        World.underSeeds(SEEDS, world -> {
            List<Member> line = members(world, 5);
            for (int i = 1; i < line.size(); i++) {
                line.get(i).connect(line.get(i - 1));
            }
            for (Member member : line) {
                member.pubsub.awaitPeers(TOPIC, 1, Deadline.after(member.node.environment(), Duration.ofMinutes(1)));
            }
            world.sleep(Duration.ofSeconds(3));
            line.get(0).publish("first");
            line.get(4).publish("second");
            awaitHeard(world, line, "first", "second");
            world.sleep(Duration.ofSeconds(10));
            assertThat(line)
                    .allSatisfy(member -> assertThat(member.heard).containsExactlyInAnyOrder("first", "second"));
            assertThat(line.get(1).pubsub.peers(TOPIC))
                    .containsExactlyInAnyOrder(
                            line.get(0).node.id(), line.get(2).node.id());
            assertThat(line.get(0).pubsub.protocol(line.get(1).node.id())).isEqualTo("/meshsub/1.3.0");
            assertThat(line.get(0).pubsub.topics()).containsExactly(TOPIC);
        });
    }

    @Test
    void everyPairOfVersionsExchangesMessages() {
        List<GossipSub> families = List.of(
                GossipSub.create(),
                GossipSub.create().withNewest(Version.GOSSIPSUB_1_2),
                GossipSub.create().withNewest(Version.GOSSIPSUB_1_1),
                GossipSub.create().withNewest(Version.GOSSIPSUB_1_0),
                GossipSub.floodsub());
        World.underSeeds(1, world -> {
            List<Member> left = new ArrayList<>();
            List<Member> right = new ArrayList<>();
            for (int i = 0; i < families.size(); i++) {
                for (int j = i; j < families.size(); j++) {
                    Member one = member(world, "a" + i + j, families.get(i));
                    Member other = member(world, "b" + i + j, families.get(j));
                    one.connect(other);
                    left.add(one);
                    right.add(other);
                }
            }
            world.sleep(Duration.ofSeconds(5));
            for (int i = 0; i < left.size(); i++) {
                left.get(i).publish("to the right");
                right.get(i).publish("to the left");
            }
            awaitHeard(world, left, "to the left");
            awaitHeard(world, right, "to the right");
        });
    }

    /**
     * Two connections to a peer, of which the one with the streams of pubsub dies: nothing is lost for longer than a
     * heartbeat.
     */
    @Test
    void whenTheConnectionWithTheStreamDiesAnotherOneTakesOver() {
        World.underSeeds(SEEDS, world -> {
            List<Member> pair = members(world, 2);
            Member one = pair.get(0);
            Member other = pair.get(1);
            one.connect(other);
            other.pubsub.awaitPeers(TOPIC, 1, Deadline.after(other.node.environment(), Duration.ofMinutes(1)));
            one.pubsub.awaitPeers(TOPIC, 1, Deadline.after(one.node.environment(), Duration.ofMinutes(1)));
            Connection first = one.node.host().connections().get(0);
            second(one, other);
            world.sleep(Duration.ofMillis(500));
            assertThat(one.node.host().connections(other.node.id())).hasSize(2);
            world.sleep(Duration.ofSeconds(3));
            assertThat(one.pubsub.mesh(TOPIC)).containsExactly(other.node.id());
            first.close(0, "test");
            world.sleep(Duration.ofSeconds(1));
            assertThat(one.pubsub.mesh(TOPIC)).containsExactly(other.node.id());
            assertThat(other.pubsub.mesh(TOPIC)).containsExactly(one.node.id());
            one.publish("still here");
            other.publish("me too");
            world.sleep(Duration.ofSeconds(1));
            assertThat(pair)
                    .allSatisfy(member -> assertThat(member.heard).containsExactlyInAnyOrder("still here", "me too"));
        });
    }

    /** A connection the other way round, as when two peers dial each other. */
    private static void second(Member one, Member other) throws IOException {
        other.node.host().connect(one.node.address(), DialOptions.DEFAULT.withNewConnection());
    }

    @Test
    void aPeerThatComesBackHearsAgain() {
        World.underSeeds(SEEDS, world -> {
            List<Member> three = members(world, 3);
            three.get(1).connect(three.get(0));
            three.get(2).connect(three.get(0));
            world.sleep(Duration.ofSeconds(3));
            three.get(2).node.host().connections().forEach(connection -> connection.close(0, "gone"));
            world.sleep(Duration.ofSeconds(1));
            assertThat(three.get(0).pubsub.peers(TOPIC))
                    .containsExactly(three.get(1).node.id());
            three.get(2).connect(three.get(0));
            three.get(2)
                    .pubsub
                    .awaitPeers(TOPIC, 1, Deadline.after(three.get(2).node.environment(), Duration.ofMinutes(1)));
            world.sleep(Duration.ofSeconds(3));
            three.get(1).publish("welcome back");
            awaitHeard(world, three, "welcome back");
        });
    }

    @Test
    void validatorsDecideAndMayBlockWithoutHoldingUpOthers() {
        World.underSeeds(SEEDS, world -> {
            List<Member> line = members(world, 3);
            line.get(1).connect(line.get(0));
            line.get(2).connect(line.get(1));
            world.sleep(Duration.ofSeconds(3));
            Member middle = line.get(1);
            Registration picky = middle.pubsub.validator(TOPIC, message -> {
                String text = new String(message.data(), UTF_8);
                if (text.equals("slow")) {
                    world.sleep(Duration.ofSeconds(20));
                }
                return text.equals("bad") ? Verdict.REJECT : text.equals("dull") ? Verdict.IGNORE : Verdict.ACCEPT;
            });
            line.get(0).publish("slow");
            line.get(0).publish("bad");
            line.get(0).publish("dull");
            line.get(0).publish("good");
            world.sleep(Duration.ofSeconds(5));
            assertThat(line.get(2).heard).containsExactly("good");
            world.sleep(Duration.ofSeconds(20));
            assertThat(line.get(2).heard).containsExactly("good", "slow");
            assertThat(middle.pubsub.scores().stream()
                            .filter(score ->
                                    score.peer().equals(line.get(0).node.id()))
                            .toList())
                    .singleElement()
                    .satisfies(score -> assertThat(score.total()).isNegative());
            assertThatThrownBy(() -> middle.publish("bad")).isInstanceOf(RefusedMessageException.class);
            picky.close();
            middle.publish("bad");
            awaitHeard(world, List.of(line.get(2)), "bad");
        });
    }

    /** It has given the reading away before, so that a validator that waits keeps no later message of the peer. */
    @Test
    void theThreadThatHasReadAMessageChecksItAndAnotherReadsTheNext() {
        World.underSeeds(SEEDS, world -> {
            List<Member> pair = members(world, 2);
            pair.get(1).connect(pair.get(0));
            world.sleep(Duration.ofSeconds(3));
            List<String> threads = new ArrayList<>();
            pair.get(1).pubsub.validator(TOPIC, message -> {
                threads.add(Thread.currentThread().getName());
                if (message.data().length == 1) {
                    world.sleep(Duration.ofSeconds(5));
                }
                return Verdict.ACCEPT;
            });
            pair.get(0).publish("1");
            world.sleep(Duration.ofSeconds(1));
            pair.get(0).publish("22");
            world.sleep(Duration.ofSeconds(1));
            assertThat(threads).hasSize(2).allSatisfy(name -> assertThat(name).endsWith("pubsub-read"));
            assertThat(pair.get(1).heard).containsExactly("22");
            for (int i = 100; i < 200; i++) {
                pair.get(0).publish("" + i);
            }
            world.sleep(Duration.ofSeconds(5));
            assertThat(pair.get(1).heard).hasSize(102).doesNotHaveDuplicates();
        });
    }

    /** A peer that stops reading loses messages and score, and no other peer waits for it. */
    @Test
    void aSlowSubscriberHoldsUpNoOtherAndWhatItMissesIsCounted() {
        PubSubLimits tight = PubSubLimits.DEFAULT.withQueues(new PubSubLimits.Queues(
                256 << 10,
                100,
                Duration.ofSeconds(5),
                Duration.ofSeconds(3),
                2_048,
                64L << 20,
                64,
                1_024,
                10,
                16L << 20,
                8,
                Duration.ofSeconds(30)));
        World.underSeeds(2, world -> {
            Member author = member(world, "author", GossipSub.create().withLimits(tight));
            Member brisk = member(world, "brisk", GossipSub.create());
            TestNode stuck = world.node("stuck", builder -> {});
            Object never = new Object();
            stuck.host().handle("/meshsub/1.1.0", stream -> {
                while (!Thread.currentThread().isInterrupted()
                        && stream.connection().isOpen()) {
                    stuck.environment().park(never, Deadline.after(stuck.environment(), Duration.ofSeconds(5)));
                }
            });
            brisk.connect(author);
            stuck.host().connect(author.node.address());
            world.sleep(Duration.ofSeconds(3));
            try (var stream = stuck.host().open(author.node.address(), "/meshsub/1.1.0")) {
                stream.write(new byte[] {0x0a, 0x0a, 0x08, 0x08, 0x01, 0x12, 0x04, 'n', 'e', 'w', 's'});
                author.pubsub.awaitPeers(TOPIC, 2, Deadline.after(author.node.environment(), Duration.ofMinutes(1)));
                for (int i = 0; i < 200; i++) {
                    author.pubsub.publish(TOPIC, new byte[10_000]);
                    world.sleep(Duration.ofMillis(50));
                }
                world.simulation()
                        .await("the brisk one has all", Duration.ofMinutes(1), () -> brisk.heard.size() == 200);
                world.sleep(Duration.ofSeconds(2));
                assertThat(author.pubsub.scores().stream()
                                .filter(score -> score.peer().equals(stuck.id()))
                                .toList())
                        .singleElement()
                        .satisfies(score -> assertThat(score.slow()).isNegative());
            }
        });
    }

    @Test
    void publishingWaitsForPeersAndGivesUpInTime() {
        World.underSeeds(SEEDS, world -> {
            Member alone = member(world, "alone", GossipSub.create());
            assertThatThrownBy(() -> alone.pubsub.publish(
                            TOPIC, new byte[1], 1, Deadline.after(alone.node.environment(), Duration.ofSeconds(5))))
                    .isInstanceOf(DeadlineExceededException.class);
            Member late = member(world, "late", GossipSub.create());
            var publishing = world.spawn(
                    "publish",
                    () -> alone.pubsub.publish(
                            TOPIC,
                            "at last".getBytes(UTF_8),
                            1,
                            Deadline.after(alone.node.environment(), Duration.ofMinutes(1))));
            world.sleep(Duration.ofSeconds(5));
            late.connect(alone);
            publishing.join();
            awaitHeard(world, List.of(late, alone), "at last");
            assertThat(alone.pubsub.awaitSent(Deadline.after(alone.node.environment(), Duration.ofSeconds(5))))
                    .isTrue();
        });
    }

    @Test
    void subscriptionsEndOneByOneAndTheTopicWithTheLast() {
        World.underSeeds(SEEDS, world -> {
            List<Member> pair = members(world, 2);
            pair.get(0).connect(pair.get(1));
            List<String> extra = new ArrayList<>();
            Topic topic = pair.get(1).pubsub.join(TOPIC);
            Registration second = topic.subscribe(message -> extra.add(new String(message.data(), UTF_8)));
            world.sleep(Duration.ofSeconds(3));
            pair.get(0).publish("one");
            awaitHeard(world, List.of(pair.get(1)), "one");
            world.sleep(Duration.ofSeconds(1));
            assertThat(extra).containsExactly("one");
            second.close();
            pair.get(0).publish("two");
            awaitHeard(world, List.of(pair.get(1)), "two");
            assertThat(extra).containsExactly("one");
            PubSub.Listener third = message -> extra.add("third");
            topic.subscribe(third);
            topic.unsubscribe(third);
            pair.get(0).publish("not for the third");
            awaitHeard(world, List.of(pair.get(1)), "not for the third");
            assertThat(extra).containsExactly("one");
            topic.close();
            world.sleep(Duration.ofSeconds(1));
            assertThat(pair.get(1).pubsub.topics()).isEmpty();
            assertThat(pair.get(0).pubsub.peers(TOPIC)).isEmpty();
            topic.publishAll(List.of("three".getBytes(UTF_8), "four".getBytes(UTF_8))); // without a subscription
            awaitHeard(world, List.of(pair.get(0)), "three", "four");
        });
    }

    @Test
    void whoClosesLeavesTheMeshesAtOnce() {
        World.underSeeds(SEEDS, world -> {
            List<Member> pair = members(world, 2);
            pair.get(0).connect(pair.get(1));
            world.sleep(Duration.ofSeconds(3));
            assertThat(pair.get(1).pubsub.mesh(TOPIC)).hasSize(1);
            pair.get(0).publish("last words");
            world.sleep(Duration.ofSeconds(1));
            pair.get(0).node.host().close();
            world.sleep(Duration.ofMillis(500));
            assertThat(pair.get(1).heard).containsExactly("last words");
            assertThat(pair.get(1).pubsub.mesh(TOPIC)).isEmpty();
        });
    }

    @Test
    void aPeerThatBeginsToSpeakPubsubIsLinkedAtOnceAndOneThatRefusesAgainAfterAMinute() {
        World.underSeeds(SEEDS, world -> {
            Member member = member(world, "member", GossipSub.create());
            TestNode late = world.node("late", builder -> {});
            late.host().connect(member.node.address());
            world.sleep(Duration.ofSeconds(30));
            assertThat(member.pubsub.peers()).isEmpty();
            List<Stream> streams = new ArrayList<>();
            Registration refusing = late.host().handle("/meshsub/1.1.0", stream -> {
                streams.add(stream);
                stream.reset(ErrorCode.NONE);
            });
            world.sleep(Duration.ofSeconds(2)); // identify push waits a little for more changes
            assertThat(streams).isNotEmpty();
            world.sleep(Duration.ofSeconds(30));
            int tried = streams.size();
            assertThat(member.pubsub.peers()).isEmpty();
            world.sleep(Duration.ofSeconds(20));
            assertThat(streams).hasSize(tried);
            world.sleep(Duration.ofSeconds(30));
            assertThat(streams).hasSizeGreaterThan(tried);
            refusing.close();
        });
    }

    @Test
    void aContractOfCoreIsFoundInTheHost() {
        World.underSeeds(1, world -> {
            Member member = member(world, "one", GossipSub.create());
            assertThat(member.node.host().find(PubSub.class)).containsSame(member.pubsub);
        });
    }
}
