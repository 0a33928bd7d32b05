package libp2p.scenarios.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.node.pubsub.EightParts;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.TopicOptions;
import libp2p.pubsub.partial.PartialMessage;
import libp2p.pubsub.partial.PartialMessages;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Messages in parts between hosts, one of which may be hostile. */
class PartialMessagesTest {
    private static final String TOPIC = "parts";

    private static class One implements PartialMessages.Application {
        final Map<Long, EightParts> groups = new ConcurrentHashMap<>();
        final PartialMessages messages;

        One(PubSubLimits.Partials limits) {
            messages = new PartialMessages(this, limits);
        }

        EightParts group(byte[] group) {
            return groups.computeIfAbsent(java.nio.ByteBuffer.wrap(group).getLong(), key -> new EightParts(group));
        }

        void publish(long number, int bits) {
            byte[] group = EightParts.group(number);
            group(group).add(bits);
            messages.publish(TOPIC, group, group(group), List.of());
        }

        int bits(long number) {
            return group(EightParts.group(number)).bits();
        }

        @Override
        public PartialMessage begin(String topic, byte[] group, PeerId by) {
            return group(group);
        }

        @Override
        public void changed(String topic, byte[] group, PartialMessage message) {}
    }

    private static void between(World world, One one, One other, Runnable talk) throws Exception {
        between(world, one, other, (anna, bela) -> talk.run());
    }

    private static void between(World world, One one, One other, BiConsumer<TestNode, TestNode> talk) throws Exception {
        var anna = world.node("anna", builder -> builder.with(GossipSub.create().withPartialMessages(one.messages)));
        var bela = world.node("bela", builder -> builder.with(GossipSub.create().withPartialMessages(other.messages)));
        for (var node : List.of(anna, bela)) {
            GossipSub.on(node.host())
                    .join(TOPIC, TopicOptions.DEFAULT.withPartialMessages(true))
                    .subscribe(message -> {});
        }
        anna.host().connect(PeerAddress.of(bela.id(), bela.host().addresses()));
        world.sleep(java.time.Duration.ofSeconds(3));
        talk.accept(anna, bela);
        world.sleep(java.time.Duration.ofSeconds(3));
    }

    @Test
    void eachSideSendsWhatTheOtherLacksAndForgetsItAfterAWhile() {
        World.underSeeds(2, world -> {
            One anna = new One(PubSubLimits.Partials.DEFAULT);
            One bela = new One(PubSubLimits.Partials.DEFAULT);
            between(world, anna, bela, () -> {
                anna.publish(1, 0b00001111);
                bela.publish(1, 0b11110000);
                anna.publish(2, 0b11111111);
            });
            for (One one : List.of(anna, bela)) {
                assertThat(one.bits(1)).isEqualTo(0xff);
                assertThat(one.bits(2)).isEqualTo(0xff);
                assertThat(one.messages.groups()).isEqualTo(2);
            }
            world.sleep(java.time.Duration.ofSeconds(10));
            assertThat(anna.messages.groups()).isZero();
            assertThat(bela.messages.groups()).isZero();
        });
    }

    @Test
    void aPeerBeginsNoMoreGroupsThanItMay() {
        World.underSeeds(1, world -> {
            One anna = new One(PubSubLimits.Partials.DEFAULT);
            One bela = new One(new PubSubLimits.Partials(255, 3, 100, 4 << 10, 1_024, 1 << 20));
            between(world, anna, bela, () -> {
                for (int i = 0; i < 10; i++) {
                    anna.publish(i, 1);
                }
            });
            assertThat(bela.messages.groups()).isEqualTo(3);
            assertThat(bela.messages.dropped()).isGreaterThanOrEqualTo(7);
        });
    }

    @Test
    void aPeerThatHasBegunMostGroupsMakesRoomForOthers() {
        World.underSeeds(1, world -> {
            One stranger = new One(PubSubLimits.Partials.DEFAULT);
            One honest = new One(PubSubLimits.Partials.DEFAULT);
            One hub = new One(new PubSubLimits.Partials(6, 8, 100, 4 << 10, 1_024, 1 << 20));
            TestNode center = null;
            for (One one : List.of(hub, stranger, honest)) {
                TestNode node = world.node(
                        "node" + world.nodes().size(),
                        builder -> builder.with(GossipSub.create().withPartialMessages(one.messages)));
                GossipSub.on(node.host())
                        .join(TOPIC, TopicOptions.DEFAULT.withPartialMessages(true))
                        .subscribe(message -> {});
                if (center == null) {
                    center = node;
                } else {
                    node.connect(center);
                }
            }
            world.sleep(java.time.Duration.ofSeconds(3));
            for (int i = 0; i < 6; i++) {
                stranger.publish(i, 1);
            }
            world.sleep(java.time.Duration.ofSeconds(1));
            honest.publish(100, 1);
            honest.publish(101, 1);
            world.sleep(java.time.Duration.ofSeconds(1));
            assertThat(hub.bits(100)).isEqualTo(1);
            assertThat(hub.bits(101)).isEqualTo(1);
            assertThat(hub.messages.groups()).isEqualTo(6);
        });
    }

    @Test
    void partsOfAnotherMessageCostScoreAndAreNotTaken() {
        World.underSeeds(1, world -> {
            One bela = new One(PubSubLimits.Partials.DEFAULT);
            var liar = world.node(
                    "liar", builder -> builder.with(GossipSub.create().withPartialMessages((from, partial) -> {})));
            var honest = world.node(
                    "bela", builder -> builder.with(GossipSub.create().withPartialMessages(bela.messages)));
            for (var node : List.of(liar, honest)) {
                GossipSub.on(node.host())
                        .join(TOPIC, TopicOptions.DEFAULT.withPartialMessages(true))
                        .subscribe(message -> {});
            }
            liar.host().connect(PeerAddress.of(honest.id(), honest.host().addresses()));
            world.sleep(java.time.Duration.ofSeconds(3));
            byte[] forged = new byte[1 + 1_024 + EightParts.GROUP_BYTES];
            forged[0] = 1;
            forged[7] = 9;
            GossipSub.on(liar.host())
                    .partials()
                    .send(honest.id(), new Rpc.Partial(TOPIC, EightParts.group(5), forged, null));
            world.sleep(java.time.Duration.ofSeconds(1));
            assertThat(bela.bits(5)).isZero();
            assertThat(GossipSub.on(honest.host()).scores().getFirst().total()).isNegative();
        });
    }

    @Test
    void partsOfATopicThatThisHostHasNotJoinedBeginNothing() {
        World.underSeeds(1, world -> {
            One anna = new One(PubSubLimits.Partials.DEFAULT);
            One bela = new One(PubSubLimits.Partials.DEFAULT);
            between(world, anna, bela, (from, to) -> {
                var away = GossipSub.on(from.host()).partials();
                for (int i = 0; i < 100; i++) {
                    byte[] told = {1};
                    away.send(to.id(), new Rpc.Partial("else" + i, EightParts.group(i), null, told));
                }
            });
            assertThat(bela.messages.groups()).isZero();
            assertThat(bela.groups).isEmpty();
        });
    }

    @Test
    void anApplicationThatFailsOnOneMessageStillGetsTheNext() {
        World.underSeeds(1, world -> {
            One anna = new One(PubSubLimits.Partials.DEFAULT);
            One bela = new One(PubSubLimits.Partials.DEFAULT) {
                @Override
                public PartialMessage begin(String topic, byte[] group, PeerId by) {
                    if (java.nio.ByteBuffer.wrap(group).getLong() == 1) {
                        throw new IllegalStateException("planted");
                    }
                    return super.begin(topic, group, by);
                }
            };
            between(world, anna, bela, () -> {
                anna.publish(1, 0b1);
                anna.publish(2, 0b1);
            });
            assertThat(bela.bits(2)).isEqualTo(1);
        });
    }
}
