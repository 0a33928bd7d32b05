package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.List;
import libp2p.auth.AccessRules;
import libp2p.auth.Effect;
import libp2p.auth.Rule;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.DialException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.GatedException;
import libp2p.core.connection.HostClosedException;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.connection.UnauthorizedException;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.failure.NetworkFailure;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.gate.GaterLists;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.swarm.resource.ScopeKind;
import libp2p.swarm.resource.ScopeLimit;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The facts that errors carry: their class, the peer, the protocol, and whether another try is worthwhile. */
class ErrorsTest {
    private static final String SHOUT = "/shout/1.0.0";
    private static final boolean AGAIN = true;
    private static final boolean NEVER = false;

    private static Throwable assertError(
            ThrowingCallable attempt,
            Class<? extends NetworkFailure> type,
            @Nullable PeerId peer,
            @Nullable String protocol,
            boolean retryable) {
        Throwable error = catchThrowable(attempt);
        assertThat(error).isInstanceOf(type);
        NetworkFailure failure = (NetworkFailure) error;
        assertThat(failure.peer()).as(error.toString()).isEqualTo(peer);
        assertThat(failure.protocol()).as(error.toString()).isEqualTo(protocol);
        assertThat(failure.isRetryable()).as(error.toString()).isEqualTo(retryable);
        if (peer != null) {
            assertThat(error).hasMessageContaining(peer.toString());
        }
        if (protocol != null) {
            assertThat(error).hasMessageContaining(protocol);
        }
        return error;
    }

    @Test
    void ofDials() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            PeerId other = Identity.generate(world.machine("other")).peerId();
            Multiaddr dead = Multiaddr.parse(
                    "/ip4/" + world.machine("dead").addresses().getFirst().getHostAddress() + "/tcp/4001");
            assertError(
                    () -> alice.host().connect(PeerAddress.of(other, List.of(dead))),
                    DialException.class,
                    other,
                    null,
                    AGAIN);
            PeerAddress wrong = PeerAddress.of(other, bob.address().addresses());
            Throwable mismatch =
                    assertError(() -> alice.host().connect(wrong), DialException.class, other, null, NEVER);
            assertThat(((DialException) mismatch).causes().values())
                    .anySatisfy(cause -> assertThat(cause)
                            .isInstanceOfSatisfying(PeerMismatchException.class, proved -> {
                                assertThat(proved.peer()).isEqualTo(other);
                                assertThat(proved.actual()).isEqualTo(bob.id());
                                assertThat(proved.isRetryable()).isFalse();
                            }));
            alice.host().service(GaterLists.class).orElseThrow().block(bob.id());
            assertError(() -> alice.connect(bob), GatedException.class, bob.id(), null, NEVER);
            alice.host().close();
            assertError(() -> alice.connect(bob), HostClosedException.class, null, null, NEVER);
        });
    }

    @Test
    void ofStreams() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            bob.host().handle(SHOUT, stream -> {
                switch (stream.input().read()) {
                    case 1 -> stream.reset(7);
                    case 2 -> stream.reset(ErrorCode.STREAM_GATED);
                    default -> stream.input().read();
                }
            });
            alice.connect(bob);
            assertError(
                    () -> alice.open(bob, "/whisper/1.0.0"),
                    NegotiationException.class,
                    bob.id(),
                    "/whisper/1.0.0",
                    NEVER);
            assertError(() -> answer(alice, bob, 1), StreamResetException.class, bob.id(), SHOUT, AGAIN);
            assertError(() -> answer(alice, bob, 2), StreamResetException.class, bob.id(), SHOUT, NEVER);
            Stream late = alice.open(bob, SHOUT);
            late.write(new byte[] {3});
            late.readTimeout(Duration.ofSeconds(1));
            assertError(() -> late.input().read(), DeadlineExceededException.class, bob.id(), SHOUT, AGAIN);
            Stream cut = alice.open(bob, SHOUT);
            cut.connection().close(ErrorCode.NONE, "over");
            assertError(() -> cut.input().read(), ConnectionClosedException.class, bob.id(), SHOUT, AGAIN);
        });
    }

    @Test
    void ofPermissionsAndLimits() {
        World.underManySeeds(world -> {
            AccessRules rules = new AccessRules(Effect.ALLOW);
            ResourceLimits few =
                    TestNode.LIMITS.with(ScopeKind.PROTOCOL, SHOUT, ScopeLimit.UNLIMITED.withStreams(1, 1, 1));
            TestNode bob = world.node("bob");
            TestNode alice = world.node(
                    "alice",
                    builder -> builder.authorizer(rules)
                            .resources(new CountingResourceManager(world.machine("clock"), few)));
            bob.host().handle(SHOUT, stream -> stream.input().read());
            rules.add(Rule.deny("/secret/*"));
            alice.connect(bob);
            assertError(
                    () -> alice.open(bob, "/secret/1.0.0"),
                    UnauthorizedException.class,
                    bob.id(),
                    "/secret/1.0.0",
                    NEVER);
            alice.open(bob, SHOUT);
            assertError(() -> alice.open(bob, SHOUT), LimitExceededException.class, bob.id(), SHOUT, AGAIN);
        });
    }

    private static void answer(TestNode client, TestNode server, int order) throws Exception {
        try (Stream stream = client.open(server, SHOUT)) {
            stream.write(new byte[] {(byte) order});
            stream.input().read();
        }
    }
}
