package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.PeerIdentificationFailed;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.identity.Identity;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.record.PeerRecord;
import libp2p.multiformats.Varint;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.identify.Identify;
import libp2p.protocols.identify.IdentifyLimits;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import libp2p.simulator.SimulatedTask;
import libp2p.swarm.peerstore.PeerstoreLimits;
import libp2p.system.SystemEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A peer that says too much, or what is not so, when it is asked who it is. Anything over a limit is refused by name or
 * cut, the connection stays, nothing is believed that the peer cannot prove, and an honest peer is served beside it.
 * The heap is small.
 */
@Tag("small-heap")
class HostileIdentifyTest {
    private static final int SEEDS = 2;
    private static final IdentifyLimits LIMITS = IdentifyLimits.DEFAULT;
    private static final int PUSHES = 500;
    /** Fewer than a connection may have under the small heap. */
    private static final int HALVES = LIMITS.pushesAccepted() - 1;

    private static final int PUBLIC_KEY = 1;
    private static final int LISTEN_ADDRESS = 2;
    private static final int PROTOCOL = 3;
    private static final int AGENT_VERSION = 6;
    private static final int SIGNED_PEER_RECORD = 8;

    /** The answer of mallory to identify. */
    private interface Answer {
        void on(Host mallory, Stream stream) throws Exception;
    }

    private interface Check {
        void of(World world, TestNode bob, TestNode mallory, HostEvent outcome) throws Exception;
    }

    /** Bob dials mallory, who lies; alice pings bob all the while. */
    private static void identifying(Answer answer, Check check) {
        World.underSeeds(SEEDS, world -> {
            world.withoutBeliefs(); // a peer lies about its protocols
            TestNode alice = world.nodeOnASmallHeap("alice", host -> {});
            TestNode bob = world.nodeOnASmallHeap("bob", host -> {});
            TestNode mallory = world.node("mallory");
            mallory.host().handle(Identify.PROTOCOL, stream -> answer.on(mallory.host(), stream));
            SimulatedTask honest = world.spawn("honest", () -> {
                try (PingSession session = Ping.session(alice.host(), bob.address())) {
                    for (int i = 0; i < 200; i++) {
                        assertThat(session.ping()).isLessThan(Duration.ofSeconds(1));
                        world.sleep(Duration.ofMillis(50));
                    }
                }
            });
            try (Subscription<HostEvent> events = bob.host().events().subscribe(HostEvent.class)) {
                Connection connection = bob.connect(mallory);
                check.of(world, bob, mallory, outcome(events, mallory));
                assertThat(connection.isOpen()).as("the connection").isTrue();
                bob.ping(mallory);
            }
            honest.join();
        });
    }

    private static HostEvent outcome(Subscription<HostEvent> events, TestNode mallory) throws Exception {
        Deadline deadline = Deadline.after(mallory.environment(), Duration.ofMinutes(1));
        while (true) {
            HostEvent event = events.take(deadline);
            assertThat(event).as("what came of identify").isNotNull();
            if (event instanceof PeerIdentified done && done.peer().equals(mallory.id())
                    || event instanceof PeerIdentificationFailed failed
                            && failed.peer().equals(mallory.id())) {
                return event;
            }
        }
    }

    private static Multiaddr address(int number) {
        return Multiaddr.parse("/ip4/5.6." + (number >> 8 & 255) + "." + (number & 255) + "/tcp/4001");
    }

    /** As many values as go into the longest frame that is taken. */
    private static byte[] full(int field, IntFunction<byte[]> values, int first) {
        ProtobufWriter out = new ProtobufWriter();
        for (int i = first; out.size() < LIMITS.frame() - 20; i++) {
            out.bytes(field, values.apply(i));
        }
        return Delimited.frame(out.toByteArray());
    }

    private static byte[] addresses(int first) {
        return full(LISTEN_ADDRESS, i -> address(i).toBytes(), first);
    }

    private static byte[] protocols(int first) {
        return full(PROTOCOL, i -> ("/p/" + i).getBytes(StandardCharsets.US_ASCII), first);
    }

    private static byte[] message(int field, byte[] value) {
        return Delimited.frame(new ProtobufWriter().bytes(field, value).toByteArray());
    }

    private static void refusedBecause(HostEvent outcome, String reason) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        PeerIdentificationFailed.class,
                        failed -> assertThat(failed.cause()).hasMessageContaining(reason));
    }

    @Test
    void listsBeyondTheirLimitsAreCut() {
        identifying(
                (host, stream) -> {
                    for (int frame = 0; frame < LIMITS.frames() / 2; frame++) {
                        stream.write(addresses(1000 * frame));
                        stream.write(protocols(1000 * frame));
                    }
                },
                (world, bob, mallory, outcome) -> {
                    PeerIdentified identified = (PeerIdentified) outcome;
                    assertThat(identified.addresses()).hasSize(LIMITS.addresses());
                    assertThat(identified.protocols()).hasSize(LIMITS.protocols());
                    PeerstoreLimits kept = PeerstoreLimits.DEFAULT;
                    assertThat(bob.host().peerstore().addresses(mallory.id())).hasSize(kept.addresses());
                    assertThat(bob.host().peerstore().protocols(mallory.id())).hasSize(kept.protocols());
                });
    }

    @Test
    void messagesWithoutEndAreCutOff() {
        identifying(
                (host, stream) -> {
                    while (true) {
                        stream.write(addresses(0)); // until bob resets the stream
                    }
                },
                (world, bob, mallory, outcome) ->
                        refusedBecause(outcome, "more than " + LIMITS.frames() + " messages"));
    }

    @Test
    void aMessageThatIsTooLongIsRefusedUnread() {
        identifying(
                (host, stream) -> stream.write(Varint.encode(LIMITS.frame() + 1)),
                (world, bob, mallory, outcome) -> refusedBecause(outcome, "more than the limit of " + LIMITS.frame()));
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        identifying(
                (host, stream) -> stream.write(message(AGENT_VERSION, new byte[LIMITS.version() + 1])),
                (world, bob, mallory, outcome) -> {
                    refusedBecause(outcome, "more than the limit of " + LIMITS.version());
                    assertThat(bob.host().peerstore().metadata(mallory.id(), "agent"))
                            .isNull();
                });
    }

    @Test
    void theKeyOfAnotherIsRefused() {
        byte[] foreign =
                Identity.generate(SystemEnvironment.shared()).publicKey().toProtobuf();
        identifying(
                (host, stream) -> stream.write(message(PUBLIC_KEY, foreign)),
                (world, bob, mallory, outcome) -> refusedBecause(outcome, "is not the key of " + mallory.id()));
    }

    @Test
    void theRecordOfAnotherIsNotKept() {
        Identity other = Identity.generate(SystemEnvironment.shared());
        byte[] foreign = PeerRecord.seal(other, 1, List.of(address(1))).toBytes();
        identifying(
                (host, stream) -> stream.write(message(SIGNED_PEER_RECORD, foreign)),
                (world, bob, mallory, outcome) -> {
                    assertThat(outcome)
                            .isInstanceOfSatisfying(
                                    PeerIdentified.class,
                                    identified -> assertThat(identified.signedRecord())
                                            .isFalse());
                    assertThat(bob.host().peerstore().peers()).doesNotContain(other.peerId());
                    assertThat(bob.host().peerstore().record(mallory.id())).isNull();
                });
    }

    @Test
    void aRecordThatIsNotSignedIsNotKept() {
        identifying(
                (host, stream) -> {
                    byte[] record = PeerRecord.seal(host.identity(), 1, List.of(address(1)))
                            .toBytes();
                    record[record.length - 1] ^= 1;
                    stream.write(message(SIGNED_PEER_RECORD, record));
                },
                (world, bob, mallory, outcome) -> {
                    assertThat(outcome).isInstanceOf(PeerIdentified.class);
                    assertThat(bob.host().peerstore().record(mallory.id())).isNull();
                    assertThat(bob.host().peerstore().addresses(mallory.id())).doesNotContain(address(1));
                });
    }

    /** Pushes and waits until bob has taken it. */
    private static void push(TestNode mallory, TestNode bob, byte[]... frames) throws IOException {
        try (Stream stream = mallory.open(bob, Identify.PUSH_PROTOCOL)) {
            for (byte[] frame : frames) {
                stream.write(frame);
            }
            stream.closeWrite();
            assertThat(stream.input().read()).isEqualTo(-1);
        }
    }

    /** Each with a record of its own, whose signature bob has to check. */
    @Test
    void aFloodOfPushesLeavesWhatTheLastOneSays() {
        identifying((host, stream) -> stream.write(protocols(0)), (world, bob, mallory, outcome) -> {
            for (int i = 1; i <= PUSHES; i++) {
                if (i > LIMITS.pushesAccepted() / 2) {
                    world.sleep(LIMITS.pushRecovery()); // oftener, and bob would refuse them unread
                }
                byte[] record = PeerRecord.seal(mallory.host().identity(), i, List.of(address(i)))
                        .toBytes();
                push(mallory, bob, addresses(i), protocols(i), message(SIGNED_PEER_RECORD, record));
            }
            Multiaddr last = address(PUSHES);
            world.simulation()
                    .await(
                            "the last record is known",
                            Duration.ofSeconds(10),
                            () -> bob.host().peerstore().addresses(mallory.id()).contains(last));
            assertThat(bob.host().peerstore().addresses(mallory.id())).doesNotContain(address(1));
        });
    }

    @Test
    void pushesThatAreNeverFinishedEndInTime() {
        identifying((host, stream) -> stream.write(protocols(0)), (world, bob, mallory, outcome) -> {
            List<Stream> halves = new ArrayList<>();
            for (int i = 0; i < HALVES; i++) {
                Stream half = mallory.open(bob, Identify.PUSH_PROTOCOL);
                half.write(new byte[] {100, 0x0a});
                halves.add(half);
            }
            world.simulation().await("bob has them all", () -> bob.tally().openStreams() >= HALVES);
            world.sleep(LIMITS.timeout().plusSeconds(1));
            assertThat(bob.tally().openStreams())
                    .as("streams, of which one is alice's")
                    .isLessThanOrEqualTo(1);
            halves.forEach(half -> half.reset(0));
        });
    }
}
