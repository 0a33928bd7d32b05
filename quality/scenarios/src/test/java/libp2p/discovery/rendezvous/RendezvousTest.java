package libp2p.discovery.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.MessageExchange;
import libp2p.core.routing.Results;
import libp2p.discovery.namespace.NamespaceService;
import libp2p.discovery.rendezvous.RendezvousMessage.Discover;
import libp2p.discovery.rendezvous.RendezvousMessage.DiscoverResponse;
import libp2p.discovery.rendezvous.RendezvousMessage.Register;
import libp2p.discovery.rendezvous.RendezvousMessage.RegisterResponse;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Hosts that meet at a rendezvous point, in simulated time. */
class RendezvousTest {
    private static final int SEEDS = 5;
    private static final MessageExchange<RendezvousMessage, RendezvousMessage> RAW = MessageExchange.of(
                    RendezvousMessage.PROTOCOL, RendezvousMessage.CODEC, RendezvousMessage.CODEC)
            .withLimit(1 << 20);

    private static TestNode point(World world, RendezvousLimits limits) throws IOException {
        return world.node("point", builder -> builder.with(RendezvousService.family(limits)));
    }

    private static TestNode client(World world, String name, TestNode point) throws IOException {
        return world.node(
                name,
                builder -> builder.with(new RendezvousClient(List.of(point.address()), RendezvousLimits.DEFAULT))
                        .with(new NamespaceService(List.of())));
    }

    private static RendezvousClient of(TestNode node) {
        return node.host().find(RendezvousClient.class).orElseThrow();
    }

    private static RendezvousService service(TestNode point) {
        return point.host().find(RendezvousService.class).orElseThrow();
    }

    private static Deadline soon(TestNode node) {
        return Deadline.after(node.environment(), Duration.ofMinutes(1));
    }

    private static List<PeerId> found(TestNode node, String namespace) throws IOException {
        List<PeerId> all = new ArrayList<>();
        try (Results<PeerAddress> results = of(node).findPeers(namespace, soon(node))) {
            for (PeerAddress one; (one = results.next()) != null; ) {
                all.add(one.peer());
            }
        }
        return all;
    }

    @Test
    void whoRegistersIsFoundWithItsAddressesUntilItEndsThat() {
        World.underSeeds(SEEDS, world -> {
            TestNode point = point(world, RendezvousLimits.DEFAULT);
            TestNode alice = client(world, "alice", point);
            TestNode bob = client(world, "bob", point);
            TestNode carol = client(world, "carol", point);
            assertThat(of(alice).advertise("chat", soon(alice))).isEqualTo(Duration.ofHours(2));
            assertThat(of(bob).register(point.address(), "chat", Duration.ofHours(72), null, soon(bob)))
                    .isEqualTo(Duration.ofHours(72));
            assertThat(found(carol, "chat")).containsExactlyInAnyOrder(alice.id(), bob.id());
            assertThat(found(alice, "chat")).as("others").containsExactly(bob.id());
            assertThat(found(carol, "other")).isEmpty();
            Discovered.Page page = of(carol).discover(point.address(), "chat", null, 0, soon(carol));
            assertThat(page.registrations()).allSatisfy(one -> {
                assertThat(one.signed()).isTrue();
                assertThat(one.addresses())
                        .isEqualTo((one.peer().equals(bob.id()) ? bob : alice)
                                .host()
                                .addresses());
            });
            of(bob).unregister(point.address(), "chat", soon(bob));
            assertThat(found(carol, "chat")).containsExactly(alice.id());
            assertThat(of(carol)
                            .discover(point.address(), "chat", page.cookie(), 0, soon(carol))
                            .registrations())
                    .as("nothing new")
                    .isEmpty();
        });
    }

    @Test
    void registrationsEndWithTheirTimeUnlessTheyAreKeptAlive() {
        World.underSeeds(2, world -> {
            TestNode point = point(world, RendezvousLimits.DEFAULT);
            TestNode once = client(world, "once", point);
            TestNode kept = client(world, "kept", point);
            TestNode asking = client(world, "asking", point);
            of(once).advertise("chat", soon(once));
            kept.host().find(NamespaceService.class).orElseThrow().keep("chat");
            world.sleep(Duration.ofMinutes(3).plusHours(2));
            assertThat(found(asking, "chat")).containsExactly(kept.id());
            assertThat(service(point).size()).isEqualTo(1);
        });
    }

    @Test
    void aPeerRegistersItselfAloneAndWithARecordThatHolds() {
        World.underSeeds(SEEDS, world -> {
            TestNode point = point(world, RendezvousLimits.DEFAULT);
            TestNode alice = client(world, "alice", point);
            Identity other = Identity.generate(world.machine("other"));
            for (RecordForm form : RecordForm.values()) {
                byte[] record = form.encode(other, 1, alice.host().addresses());
                assertThat(answer(alice, point, new Register("chat", record, 0)))
                        .isEqualTo(Status.NOT_AUTHORIZED);
            }
            byte[] forged = RecordForm.STANDARD.encode(
                    alice.host().identity(), 1, alice.host().addresses());
            forged[forged.length - 1] ^= 1;
            for (byte[] record : new byte[][] {forged, {}, {1, 2, 3}, null}) {
                assertThat(answer(alice, point, new Register("chat", record, 0)))
                        .isEqualTo(Status.INVALID_SIGNED_PEER_RECORD);
            }
            byte[] own = RecordForm.STANDARD.encode(
                    alice.host().identity(), 1, alice.host().addresses());
            assertThat(answer(alice, point, new Register(null, own, 0))).isEqualTo(Status.INVALID_NAMESPACE);
            assertThat(answer(alice, point, new Register("x".repeat(256), own, 0)))
                    .isEqualTo(Status.INVALID_NAMESPACE);
            assertThat(answer(alice, point, new Register("chat", own, 60))).isEqualTo(Status.INVALID_TTL);
            assertThat(answer(alice, point, new Register("chat", own, 1L << 40)))
                    .isEqualTo(Status.INVALID_TTL);
            assertThat(service(point).size()).isZero();
        });
    }

    private static Status answer(TestNode from, TestNode point, Register register) throws IOException {
        RendezvousMessage answer = RAW.ask(from.host(), point.address(), register);
        return ((RegisterResponse) answer).status();
    }

    @Test
    void everyFormIsTakenAndGivenToThoseWhoReadIt() {
        World.underSeeds(SEEDS, world -> {
            TestNode point = point(world, RendezvousLimits.DEFAULT);
            TestNode spec = client(world, "spec", point);
            TestNode rust = world.node(
                    "rust",
                    builder -> builder.agent("rust-libp2p/0.48.0")
                            .with(new RendezvousClient(List.of(point.address()), RendezvousLimits.DEFAULT)));
            TestNode python = world.node(
                    "python",
                    builder -> builder.agent("py-libp2p/0.8.1")
                            .with(new RendezvousClient(List.of(point.address()), RendezvousLimits.DEFAULT)));
            of(spec).register(point.address(), "chat", Duration.ZERO, RecordForm.STANDARD, soon(spec));
            of(rust).register(point.address(), "chat", Duration.ZERO, RecordForm.ROUTING_STATE, soon(rust));
            of(python).register(point.address(), "chat", Duration.ZERO, RecordForm.UNSIGNED, soon(python));
            TestNode java = client(world, "java", point);
            assertThat(found(java, "chat")).as("both signed forms").containsExactlyInAnyOrder(spec.id(), rust.id());
            TestNode other = world.node(
                    "other",
                    builder -> builder.agent("go-something/1")
                            .with(new RendezvousClient(List.of(point.address()), RendezvousLimits.DEFAULT)));
            assertThat(found(other, "chat")).as("the form of the specification").containsExactly(spec.id());
            TestNode rustToo = world.node(
                    "rust-too",
                    builder -> builder.agent("rust-libp2p/0.48.0")
                            .with(new RendezvousClient(List.of(point.address()), RendezvousLimits.DEFAULT)));
            assertThat(found(rustToo, "chat")).containsExactly(rust.id());
            Discovered.Page page = of(python).discover(point.address(), "chat", null, 0, soon(python));
            assertThat(page.registrations()).as("those without a signature").hasSize(3);
            assertThat(page.registrations()).noneMatch(Discovered::signed);
            of(spec).register(point.address(), "chat", Duration.ZERO, RecordForm.ROUTING_STATE, soon(spec));
            assertThat(found(rustToo, "chat")).as("in both forms").containsExactlyInAnyOrder(rust.id(), spec.id());
        });
    }

    @Test
    void aFloodOfRegistrationsAndQuestionsIsBoundedForOnePeerAndForAll() {
        World.inExactTime(2, world -> {
            RendezvousLimits limits =
                    RendezvousLimits.DEFAULT.withRegistrations(50, 8).withRequests(40, 1_000);
            TestNode point = point(world, limits);
            TestNode flood = client(world, "flood", point);
            byte[] record = RecordForm.STANDARD.encode(
                    flood.host().identity(), 1, flood.host().addresses());
            int taken = 0;
            int unavailable = 0;
            for (int i = 0; i < 120; i++) {
                switch (answer(flood, point, new Register("n" + i, record, 0))) {
                    case OK -> taken++;
                    case UNAVAILABLE -> unavailable++;
                    default -> throw new AssertionError();
                }
            }
            assertThat(taken).isEqualTo(8);
            assertThat(unavailable).isEqualTo(112);
            DiscoverResponse refused =
                    (DiscoverResponse) RAW.ask(flood.host(), point.address(), new Discover("n1", 0, null));
            assertThat(refused.status()).as("too many requests").isEqualTo(Status.UNAVAILABLE);
            TestNode honest = client(world, "honest", point);
            of(honest).advertise("chat", soon(honest));
            assertThat(found(honest, "n1")).as("is not held up").containsExactly(flood.id());
            for (int i = 0; i < 12; i++) {
                TestNode sybil = client(world, "sybil-" + i, point);
                for (int n = 0; n < 5; n++) {
                    byte[] own = RecordForm.STANDARD.encode(
                            sybil.host().identity(), 1, sybil.host().addresses());
                    answer(sybil, point, new Register("s" + n, own, 0));
                }
                sybil.host().close();
            }
            assertThat(service(point).size()).isEqualTo(50);
            assertThat(found(flood, "chat")).as("no peer was pushed out").containsExactly(honest.id());
        });
    }

    @Test
    void aPointThatLiesIsNotBelieved() {
        World.underSeeds(SEEDS, world -> {
            Identity victim = Identity.generate(world.machine("victim"));
            byte[] good = RecordForm.STANDARD.encode(victim, 1, List.of());
            byte[] forged = good.clone();
            forged[forged.length - 1] ^= 1;
            TestNode liar = world.node("liar");
            List<Register> many = new ArrayList<>();
            many.add(new Register("chat", forged, 7_200));
            many.add(new Register("other", good, 7_200));
            many.add(new Register(null, good, 7_200));
            many.add(new Register("chat", null, 7_200));
            many.add(new Register("chat", good, Long.MAX_VALUE));
            RAW.serve(liar.host(), (peer, question) -> new DiscoverResponse(many, new byte[] {1}, Status.OK, ""));
            TestNode asking = client(world, "asking", liar);
            Discovered.Page page = of(asking).discover(liar.address(), "chat", null, 0, soon(asking));
            assertThat(page.skipped()).isEqualTo(4);
            assertThat(page.registrations()).singleElement().satisfies(one -> {
                assertThat(one.peer()).isEqualTo(victim.peerId());
                assertThat(one.ttl()).isEqualTo(Duration.ofHours(72));
            });
            assertThat(found(asking, "chat"))
                    .as("ends although there is always a cookie")
                    .containsExactly(victim.peerId());
            assertThatThrownBy(() -> of(asking).advertise("chat", soon(asking))).isInstanceOf(IOException.class);
        });
    }

    @Test
    void aPointThatIsSilentEndsWithTheDeadline() {
        World.inExactTime(2, world -> {
            TestNode silent = world.node("silent");
            silent.host()
                    .handle(RendezvousMessage.PROTOCOL, stream -> stream.input().readAllBytes());
            TestNode asking = client(world, "asking", silent);
            silent.host().handle(RendezvousMessage.PROTOCOL, stream -> {
                world.sleep(Duration.ofMinutes(2));
            });
            Duration took = world.timed(() ->
                    assertThatThrownBy(() -> found(asking, "chat")).isInstanceOf(DeadlineExceededException.class));
            assertThat(took).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(12));
            world.sleep(Duration.ofMinutes(3));
        });
    }
}
