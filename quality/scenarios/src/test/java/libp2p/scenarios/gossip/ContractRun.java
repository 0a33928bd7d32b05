package libp2p.scenarios.gossip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.PubSub;
import libp2p.node.pubsub.EightParts;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import libp2p.pubsub.TopicOptions;
import libp2p.pubsub.message.SigningPolicy;
import libp2p.pubsub.partial.PartialMessage;
import libp2p.pubsub.partial.PartialMessages;
import libp2p.pubsub.router.GossipParameters;
import libp2p.pubsub.router.RouterObserver;
import libp2p.pubsub.rpc.MessageId;
import libp2p.scenarios.gossip.ContractScript.Instruction;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;

/** Replays an experiment of the official suite with complete hosts. */
final class ContractRun {
    /** When a message was published, and when each node had it. */
    record Spread(String topic, int publisher, long published, Map<Integer, Long> heard) {}

    private final World world;
    private final ContractScript script;
    private final List<Member> members = new ArrayList<>();
    private final Map<Integer, Spread> messages = new TreeMap<>();
    private long duplicates;

    ContractRun(World world, ContractScript script) {
        this.world = world;
        this.script = script;
    }

    /** Runs the script of every node to its end. */
    ContractRun run() throws Exception {
        for (int i = 0; i < script.nodes(); i++) {
            members.add(new Member(i));
        }
        for (int i = 0; i < script.nodes(); i++) {
            for (int j = i + 1; j < script.nodes(); j++) {
                world.network()
                        .link(
                                members.get(i).node.environment(),
                                members.get(j).node.environment())
                        .latency(Duration.ofMillis(script.latency(i, j)))
                        .bandwidth(Math.min(script.bandwidth(i), script.bandwidth(j)));
            }
        }
        world.together(members.toArray(Member[]::new));
        return this;
    }

    Map<Integer, Spread> messages() {
        return messages;
    }

    /** Copies of messages that were there already. */
    long duplicates() {
        return duplicates;
    }

    /** How many nodes are subscribed to a topic. */
    long subscribers(String topic) {
        return members.stream()
                .filter(member -> member.pubsub.topics().contains(topic))
                .count();
    }

    /** The groups that each node has in full. */
    List<List<String>> complete() {
        return members.stream()
                .map(member -> member.groups.entrySet().stream()
                        .filter(group -> group.getValue().isComplete())
                        .map(Map.Entry::getKey)
                        .toList())
                .toList();
    }

    /** One node and its thread. */
    private final class Member implements libp2p.simulator.Simulation.Action {
        private final int number;
        private final List<Instruction> instructions;
        private final TestNode node;
        private final PubSubService pubsub;
        private final Map<String, EightParts> groups = new ConcurrentHashMap<>();
        private final PartialMessages parts = new PartialMessages(new PartialMessages.Application() {
            @Override
            public EightParts begin(String topic, byte[] group, PeerId by) {
                return group(topic, group);
            }

            @Override
            public void changed(String topic, byte[] group, PartialMessage message) {}
        });

        /** Starts the host with the parameters that the script begins with. */
        Member(int number) throws IOException {
            this.number = number;
            this.instructions = script.of(number);
            RouterObserver observer = new RouterObserver() {
                @Override
                public void duplicate(PeerId from, String topic, MessageId id) {
                    duplicates++;
                }
            };
            GossipSub family = GossipSub.create()
                    .withSigning(SigningPolicy.STRICT_NO_SIGN)
                    .withMessageIds(message -> MessageId.of(Arrays.copyOf(message.data(), 8)))
                    .withParameters(parameters(instructions.getFirst()))
                    .withObserver(observer)
                    .withPartialMessages(parts);
            this.node = world.node("node" + number, builder -> builder.with(family));
            this.pubsub = GossipSub.on(node.host());
        }

        private EightParts group(String topic, byte[] group) {
            return groups.computeIfAbsent(topic + "/" + ByteBuffer.wrap(group).getLong(), key -> new EightParts(group));
        }

        private EightParts group(Instruction instruction) {
            return group(instruction.text("topicID"), EightParts.group(instruction.number("groupID")));
        }

        private static GossipParameters parameters(Instruction first) {
            Instruction given = first.part("gossipSubParams");
            GossipParameters.Timing timing = GossipParameters.Timing.DEFAULT;
            return GossipParameters.DEFAULT.withTiming(new GossipParameters.Timing(
                    timing.heartbeat(),
                    Duration.ofNanos((long) given.real("HeartbeatInitialDelay")),
                    timing.fanout(),
                    timing.seen(),
                    timing.iwantFollowUp(),
                    timing.directTicks(),
                    timing.dontWantTicks()));
        }

        @Override
        public void run() throws Exception {
            for (Instruction instruction : instructions) {
                obey(instruction);
            }
        }

        private void obey(Instruction instruction) throws Exception {
            switch (instruction.type()) {
                case "initGossipSub" -> {} // the host has begun with it
                case "connect" -> {
                    for (int other : instruction.numbers("connectTo")) {
                        TestNode target = members.get(other).node;
                        node.host()
                                .connect(PeerAddress.of(
                                        target.id(), target.host().addresses()));
                    }
                }
                case "waitUntil" -> {
                    Duration until = Duration.ofSeconds(instruction.number("elapsedSeconds"));
                    Duration rest = until.minus(world.simulation().elapsed());
                    if (rest.isPositive()) {
                        world.sleep(rest);
                    }
                }
                case "subscribeToTopic" -> subscribe(instruction);
                case "setTopicValidationDelay" -> {
                    Duration delay = Duration.ofNanos((long) (1e9 * instruction.real("delaySeconds")));
                    pubsub.validator(instruction.text("topicID"), message -> {
                        world.sleep(delay);
                        return PubSub.Verdict.ACCEPT;
                    });
                }
                case "publish" -> publish(instruction);
                case "addPartialMessage" -> group(instruction).add(instruction.number("parts"));
                case "publishPartial" -> publishPartial(instruction);
                default -> throw new IllegalArgumentException(instruction.type());
            }
        }

        private void subscribe(Instruction instruction) {
            String topic = instruction.text("topicID");
            TopicOptions how = TopicOptions.DEFAULT;
            pubsub.join(topic, instruction.flag("partial") ? how.withPartialMessages(true) : how)
                    .subscribe(message -> {
                        int id = (int) ByteBuffer.wrap(message.data()).getLong();
                        messages.get(id)
                                .heard()
                                .put(number, world.simulation().elapsed().toNanos());
                    });
        }

        private void publish(Instruction instruction) throws IOException {
            int id = instruction.number("messageID");
            String topic = instruction.text("topicID");
            messages.put(
                    id, new Spread(topic, number, world.simulation().elapsed().toNanos(), new TreeMap<>()));
            byte[] data = new byte[instruction.number("messageSizeBytes")];
            ByteBuffer.wrap(data).putLong(id);
            pubsub.publish(topic, data);
        }

        private void publishPartial(Instruction instruction) {
            List<PeerId> peers = instruction.has("publishToNodeIDs")
                    ? instruction.numbers("publishToNodeIDs").stream()
                            .map(other -> members.get(other).node.id())
                            .toList()
                    : List.of();
            parts.publish(
                    instruction.text("topicID"),
                    EightParts.group(instruction.number("groupID")),
                    group(instruction),
                    peers);
        }
    }
}
