package libp2p.scenarios;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.auth.AccessRules;
import libp2p.auth.Effect;
import libp2p.auth.Rule;
import libp2p.auth.challenge.ChallengeAuthentication;
import libp2p.auth.challenge.ChallengeAuthentication.Result;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.protocols.echo.Echo;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /auth/1.0.0} between whole hosts. */
class ChallengeAuthenticationTest {
    private static final String PROTOCOL = "/auth/1.0.0";

    @Test
    void aTrustedPeerThatSignsIsAuthenticatedAndOthersAreNot() {
        World.underManySeeds(world -> {
            ChallengeAuthentication server = new ChallengeAuthentication();
            TestNode verifier = world.node("verifier", builder -> builder.with(server));
            ChallengeAuthentication client = new ChallengeAuthentication();
            TestNode prover = world.node("prover", builder -> builder.with(client));
            client.signFor(verifier.id());
            assertThat(client.authenticate(verifier.address())).isEqualTo(Result.NOT_TRUSTED);
            server.trust(prover.id());
            assertThat(client.authenticate(verifier.address())).isEqualTo(Result.AUTHENTICATED);
            server.distrust(prover.id());
            assertThat(client.authenticate(verifier.address())).isEqualTo(Result.NOT_TRUSTED);
            assertThat(server.trusted()).isEmpty();
            assertThat(client.signedFor()).containsExactly(verifier.id());
        });
    }

    /** Each byte on the wire, as the seed has them. */
    @Test
    void theBytesAreThoseOfTheSeed() {
        World.underSeeds(3, world -> {
            ChallengeAuthentication server = new ChallengeAuthentication();
            TestNode verifier = world.node("verifier", builder -> builder.with(server));
            TestNode peer = world.node("peer");
            assertThat(answer(peer, verifier, new byte[64]))
                    .as("a peer that is not trusted gets no byte")
                    .isEmpty();
            server.trust(peer.id());
            List<byte[]> challenges = new ArrayList<>();
            try (Stream stream = peer.open(verifier, PROTOCOL)) {
                challenges.add(stream.input().readNBytes(32));
                stream.write(peer.host().identity().key().sign(challenges.getFirst()));
                assertThat(new String(stream.input().readAllBytes(), US_ASCII)).isEqualTo("AUTH_SUCCESS");
            }
            try (Stream stream = peer.open(verifier, PROTOCOL)) {
                challenges.add(stream.input().readNBytes(32));
                stream.write(peer.host().identity().key().sign(challenges.getFirst()));
                assertThat(new String(stream.input().readAllBytes(), US_ASCII))
                        .as("the signature of an earlier challenge")
                        .isEqualTo("AUTH_FAILED");
            }
            assertThat(challenges.getFirst()).isNotEqualTo(challenges.getLast());
            for (byte[] wrong : new byte[][] {new byte[64], new byte[63], {}, new byte[100]}) {
                byte[] all = answer(peer, verifier, wrong);
                assertThat(new String(all, 32, all.length - 32, US_ASCII))
                        .as("%d bytes", wrong.length)
                        .isEqualTo("AUTH_FAILED");
            }
        });
    }

    private static byte[] answer(TestNode peer, TestNode verifier, byte[] signature) throws IOException {
        try (Stream stream = peer.open(verifier, PROTOCOL)) {
            stream.writeLast(signature);
            return stream.input().readAllBytes();
        }
    }

    /** A challenge that is signed for another verifier is worth nothing: each checks against the key of its connection. */
    @Test
    void aSignatureCannotBeHandedOn() {
        World.underSeeds(3, world -> {
            ChallengeAuthentication server = new ChallengeAuthentication();
            TestNode verifier = world.node("verifier", builder -> builder.with(server));
            ChallengeAuthentication client = new ChallengeAuthentication();
            TestNode victim = world.node("victim", builder -> builder.with(client));
            TestNode thief = world.node("thief");
            server.trust(victim.id());
            server.trust(thief.id());
            client.signFor(thief.id());
            thief.host().handle(PROTOCOL, stream -> {
                try (Stream other = thief.open(verifier, PROTOCOL)) {
                    stream.write(other.input().readNBytes(32));
                    other.write(stream.input().readNBytes(64));
                    stream.write(other.input().readAllBytes());
                }
            });
            assertThat(client.authenticate(thief.address())).isEqualTo(Result.FAILED);
        });
    }

    /**
     * The oracle of the protocol, shown: a peer for which this host signs chooses 32 bytes that mean something, and gets them signed by the
     * key of this host. A peer that is not listed gets nothing, not even a stream.
     */
    @Test
    void aListedPeerGetsWhateverItChoosesSignedAndNoOtherPeerDoes() {
        World.underSeeds(3, world -> {
            byte[] statement = "I owe the bearer one gold piece.".getBytes(US_ASCII);
            assertThat(statement).hasSize(32);
            ChallengeAuthentication client = new ChallengeAuthentication();
            TestNode victim = world.node("victim", builder -> builder.with(client));
            TestNode thief = world.node("thief");
            List<byte[]> signatures = new ArrayList<>();
            thief.host().handle(PROTOCOL, stream -> {
                stream.write(statement);
                signatures.add(stream.input().readNBytes(64));
                stream.write("AUTH_SUCCESS".getBytes(US_ASCII));
            });
            assertThatThrownBy(() -> client.authenticate(thief.address()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("this host does not sign for peer " + thief.id() + " by /auth/1.0.0");
            assertThat(signatures).isEmpty();
            assertThat(victim.host().connections()).isEmpty();
            client.signFor(thief.id());
            assertThat(client.authenticate(thief.address())).isEqualTo(Result.AUTHENTICATED);
            assertThat(signatures)
                    .singleElement()
                    .satisfies(signature -> assertThat(
                                    victim.host().identity().publicKey().verify(statement, signature))
                            .isTrue());
            client.signNoLongerFor(thief.id());
            assertThatThrownBy(() -> client.authenticate(thief.address())).isInstanceOf(IllegalStateException.class);
        });
    }

    @ParameterizedTest
    @EnumSource(value = KeyType.class, names = "ED25519", mode = EnumSource.Mode.EXCLUDE)
    void aHostWithAnotherKeyIsToldThatItsSignaturesDoNotFit(KeyType type) {
        World.underSeeds(1, world -> {
            TestNode verifier = world.node("verifier");
            ChallengeAuthentication client = new ChallengeAuthentication();
            world.node(
                    "prover",
                    builder -> builder.with(client).identity(Identity.generate(type, verifier.environment())));
            client.signFor(verifier.id());
            assertThatThrownBy(() -> client.authenticate(verifier.address()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("signatures of Ed25519 alone")
                    .hasMessageContaining(type.name());
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0123456789",
                "0123456789abcdef0123456789abcdef",
                "0123456789abcdef0123456789abcdefAUTH_SUCCES",
                "0123456789abcdef0123456789abcdefAUTH_SUCCEEDED",
                "0123456789abcdef0123456789abcdefAUTH_FAILED\n"
            })
    void whatTheProtocolDoesNotKnowIsAViolation(String sent) {
        World.underSeeds(1, world -> {
            TestNode verifier = world.node("verifier");
            verifier.host().handle(PROTOCOL, stream -> stream.write(sent.getBytes(US_ASCII)));
            ChallengeAuthentication client = new ChallengeAuthentication();
            world.node("prover", builder -> builder.with(client));
            client.signFor(verifier.id());
            assertThatThrownBy(() -> client.authenticate(verifier.address()))
                    .isInstanceOfSatisfying(ProtocolViolationException.class, violation -> {
                        assertThat(violation.peer()).isEqualTo(verifier.id());
                        assertThat(violation.protocol()).isEqualTo(PROTOCOL);
                    });
        });
    }

    @Test
    void bothSidesEndInTenSecondsWithAPeerThatSaysNothing() {
        World.underSeeds(3, world -> {
            ChallengeAuthentication both = new ChallengeAuthentication();
            TestNode honest = world.node("honest", builder -> builder.with(both));
            TestNode silent = world.node("silent");
            silent.host().handle(PROTOCOL, stream -> stream.input().read());
            both.signFor(silent.id());
            both.trust(silent.id());
            long begin = honest.environment().nanoTime();
            assertThatThrownBy(() -> both.authenticate(silent.address())).isInstanceOf(DeadlineExceededException.class);
            Stream stream = silent.open(honest, PROTOCOL);
            assertThat(stream.input().readNBytes(32)).hasSize(32);
            assertThatThrownBy(() -> stream.input().read()).isInstanceOf(StreamResetException.class);
            Duration taken = Duration.ofNanos(honest.environment().nanoTime() - begin);
            assertThat(taken).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(21));
        });
    }

    @Test
    void aRuleAdmitsThoseThatHavePassedOnTheirConnection() {
        World.underManySeeds(world -> {
            ChallengeAuthentication server = new ChallengeAuthentication();
            AccessRules rules = new AccessRules(Effect.ALLOW)
                    .add(Rule.allow(Echo.PROTOCOL).inbound().forSubject(server.passed()))
                    .add(Rule.deny(Echo.PROTOCOL).inbound());
            TestNode verifier =
                    world.node("verifier", builder -> builder.with(server).authorizer(rules));
            ChallengeAuthentication client = new ChallengeAuthentication();
            TestNode prover = world.node("prover", builder -> builder.with(client));
            server.trust(prover.id());
            client.signFor(verifier.id());
            assertThatThrownBy(() -> echo(prover, verifier)).isInstanceOf(StreamResetException.class);
            assertThat(client.authenticate(verifier.address())).isEqualTo(Result.AUTHENTICATED);
            echo(prover, verifier);
            prover.connections(verifier).getFirst().close(0, "again");
            prover.connect(verifier);
            assertThatThrownBy(() -> echo(prover, verifier)).isInstanceOf(StreamResetException.class);
        });
    }

    private static void echo(TestNode client, TestNode server) throws IOException {
        try (Stream stream = client.open(server, Echo.PROTOCOL)) {
            stream.write(new byte[] {7});
            assertThat(stream.input().read()).isEqualTo(7);
        }
    }
}
