package libp2p.auth.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.auth.AccessRules;
import libp2p.auth.Effect;
import libp2p.auth.Rule;
import libp2p.auth.challenge.ProofMessages.Question;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageExchange;
import libp2p.protocols.echo.Echo;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /auth/2.0.0} between whole hosts, and the rules that demand it. */
class IdentityProofsTest {
    private static final byte[] NONCE = new byte[32];

    /** Echo for those that prove who they are. */
    private static AccessRules demanding(IdentityProofs proofs) {
        return new AccessRules(Effect.ALLOW)
                .add(Rule.allow(Echo.PROTOCOL).inbound().forSubject(proofs.proven()))
                .add(Rule.deny(Echo.PROTOCOL).inbound());
    }

    private static TestNode verifier(World world, IdentityProofs proofs) throws IOException {
        return world.node("verifier", builder -> builder.with(proofs).authorizer(demanding(proofs)));
    }

    private static void echo(TestNode client, TestNode server) throws IOException {
        try (Stream stream = client.open(server, Echo.PROTOCOL)) {
            stream.write(new byte[] {7});
            assertThat(stream.input().read()).isEqualTo(7);
        }
    }

    private static void assertGated(TestNode client, TestNode server) {
        assertThatThrownBy(() -> echo(client, server))
                .isInstanceOfSatisfying(
                        StreamResetException.class,
                        reset -> assertThat(reset.code()).isEqualTo(ErrorCode.STREAM_GATED));
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void aPeerWithAnyTypeOfKeyProvesItselfBeforeItsStreamIsAdmitted(KeyType type) {
        World.underSeeds(2, world -> {
            TestNode server = verifier(world, new IdentityProofs());
            TestNode client = world.node(
                    "client",
                    builder ->
                            builder.with(new IdentityProofs()).identity(Identity.generate(type, server.environment())));
            echo(client, server);
        });
    }

    @Test
    void aPeerThatDoesNotSpeakTheProtocolIsNotAdmittedAndTheOthersAre() {
        World.underManySeeds(world -> {
            TestNode server = verifier(world, new IdentityProofs());
            TestNode honest = world.node("honest", builder -> builder.with(new IdentityProofs()));
            TestNode stranger = world.node("stranger");
            world.together(() -> echo(honest, server), () -> assertGated(stranger, server));
        });
    }

    /** Everything that a proof says is checked. */
    @Test
    void aProofThatSaysAnythingElseIsRefused() {
        World.underSeeds(2, world -> {
            IdentityProofs proofs = new IdentityProofs();
            TestNode server = verifier(world, proofs);
            TestNode liar = world.node("liar");
            Identity self = liar.host().identity();
            Identity other = Identity.generate(liar.environment());
            Connection connection = server.connect(liar);
            List<Lie> lies = List.of(
                    new Lie("of ", question -> ProofMessages.prove(other, server.id(), question, NONCE)),
                    new Lie("another verifier", question -> ProofMessages.prove(self, other.peerId(), question, NONCE)),
                    new Lie(
                            "another question",
                            question -> ProofMessages.prove(
                                    self, server.id(), new Question(NONCE, question.expiry()), NONCE)),
                    new Lie(
                            "another expiry",
                            question -> ProofMessages.prove(
                                    self, server.id(), new Question(question.nonce(), question.expiry() + 1), NONCE)),
                    new Lie(
                            "nonce of the prover",
                            question -> ProofMessages.prove(self, server.id(), question, new byte[31])),
                    new Lie("does not hold", question -> {
                        byte[] proof = ProofMessages.prove(self, server.id(), question, NONCE);
                        proof[proof.length - 1] ^= 1;
                        return proof;
                    }),
                    new Lie("no public key", question -> new byte[0]));
            for (Lie lie : lies) {
                MessageExchange.of(IdentityProofs.PROTOCOL, ProofMessages.QUESTIONS, MessageCodec.BYTES)
                        .serve(liar.host(), (peer, question) -> lie.answer().to(question));
                assertThatThrownBy(() -> proofs.ask(connection))
                        .as(lie.complaint())
                        .isInstanceOfSatisfying(ProtocolViolationException.class, violation -> {
                            assertThat(violation.peer()).isEqualTo(liar.id());
                            assertThat(violation.protocol()).isEqualTo(IdentityProofs.PROTOCOL);
                        })
                        .hasMessageContaining(lie.complaint());
            }
            MessageExchange.of(IdentityProofs.PROTOCOL, ProofMessages.QUESTIONS, MessageCodec.BYTES)
                    .serve(liar.host(), (peer, question) -> ProofMessages.prove(self, server.id(), question, NONCE));
            proofs.ask(connection); // the truth, by the same means
        });
    }

    private record Lie(String complaint, Answer answer) {}

    private interface Answer {
        byte[] to(Question question);
    }

    /** A verifier that hands a question on gets a proof for itself, which is worth nothing elsewhere. */
    @Test
    void aProofCannotBeHandedOn() {
        World.underSeeds(2, world -> {
            TestNode server = verifier(world, new IdentityProofs());
            TestNode victim = world.node("victim", builder -> builder.with(new IdentityProofs()));
            TestNode thief = world.node("thief");
            MessageExchange<Question, byte[]> exchange =
                    MessageExchange.of(IdentityProofs.PROTOCOL, ProofMessages.QUESTIONS, MessageCodec.BYTES);
            exchange.serve(thief.host(), (peer, question) -> exchange.ask(thief.host(), victim.address(), question));
            assertGated(thief, server);
            echo(victim, server);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1, 90_000, Long.MAX_VALUE})
    void aProverSignsNoExpiryThatHasPassedOrIsFarAhead(long ahead) {
        World.underSeeds(1, world -> {
            TestNode prover = world.node("prover", builder -> builder.with(new IdentityProofs()));
            TestNode peer = world.node("peer");
            long now = peer.environment().wallClock().getEpochSecond();
            long expiry = ahead == Long.MIN_VALUE || ahead == Long.MAX_VALUE ? ahead : now + ahead;
            MessageExchange<Question, byte[]> exchange =
                    MessageExchange.of(IdentityProofs.PROTOCOL, ProofMessages.QUESTIONS, MessageCodec.BYTES);
            if (ahead == 1) {
                exchange.ask(peer.host(), prover.address(), new Question(NONCE, now + 86_400));
                return;
            }
            assertThatThrownBy(() -> exchange.ask(peer.host(), prover.address(), new Question(NONCE, expiry)))
                    .isInstanceOf(StreamResetException.class);
        });
    }

    @Test
    void aPeerGetsThirtyProofsInAMinuteAndOthersAreServedMeanwhile() {
        World.underSeeds(1, world -> {
            TestNode prover = world.node("prover", builder -> builder.with(new IdentityProofs()));
            TestNode greedy = world.node("greedy");
            TestNode other = world.node("other");
            for (int i = 0; i < 30; i++) {
                question(greedy, prover);
            }
            assertThatThrownBy(() -> question(greedy, prover)).isInstanceOf(StreamResetException.class);
            question(other, prover);
            world.sleep(Duration.ofSeconds(2));
            question(greedy, prover);
        });
    }

    private static void question(TestNode peer, TestNode prover) throws IOException {
        long expiry = peer.environment().wallClock().getEpochSecond() + 60;
        MessageExchange.of(IdentityProofs.PROTOCOL, ProofMessages.QUESTIONS, MessageCodec.BYTES)
                .ask(peer.host(), prover.address(), new Question(NONCE, expiry));
    }

    /** Many streams at once cost one question, also if there is no answer: they wait for ten seconds, not for ten each. */
    @Test
    void streamsThatComeTogetherWaitForOneAnswer() {
        World.underSeeds(3, world -> {
            TestNode server = verifier(world, new IdentityProofs());
            TestNode client = world.node("client");
            AtomicInteger asked = new AtomicInteger();
            client.host().handle(IdentityProofs.PROTOCOL, stream -> {
                asked.incrementAndGet();
                stream.detach(); // and is silent
            });
            client.connect(server);
            long begin = client.environment().nanoTime();
            world.together(
                    () -> assertGated(client, server),
                    () -> assertGated(client, server),
                    () -> assertGated(client, server),
                    () -> assertGated(client, server));
            assertThat(asked).hasValue(1);
            assertThat(Duration.ofNanos(client.environment().nanoTime() - begin))
                    .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(12));
        });
    }

    /** After an hour the next stream waits for another proof; the open one stays, and no change of rules waits for its peer. */
    @Test
    void aProofThatHasExpiredIsAskedForAgainAndOpenStreamsStay() {
        World.underSeeds(2, world -> {
            IdentityProofs proofs = new IdentityProofs();
            AccessRules rules = demanding(proofs);
            TestNode server =
                    world.node("server", builder -> builder.with(proofs).authorizer(rules));
            AtomicInteger asked = new AtomicInteger();
            TestNode client = world.node("client");
            MessageExchange.of(IdentityProofs.PROTOCOL, ProofMessages.QUESTIONS, MessageCodec.BYTES)
                    .serve(client.host(), (peer, question) -> {
                        if (asked.incrementAndGet() == 3) {
                            throw new IOException("no more");
                        }
                        return ProofMessages.prove(client.host().identity(), server.id(), question, NONCE);
                    });
            Stream open = client.open(server, Echo.PROTOCOL);
            for (int i = 0; i < 62; i++) { // no minute of silence, after which echo gives a stream up
                open.write(new byte[] {1});
                assertThat(open.input().read()).isEqualTo(1);
                if (i % 20 == 0) {
                    echo(client, server);
                }
                world.sleep(Duration.ofSeconds(59));
            }
            assertThat(asked).as("one hour and 58 s").hasValue(1);
            echo(client, server);
            assertThat(asked).hasValue(2);
            long begin = server.environment().nanoTime();
            rules.recheck();
            assertThat(server.environment().nanoTime()).isEqualTo(begin);
            open.write(new byte[] {1});
            assertThat(open.input().read()).isEqualTo(1);
            open.close();
            world.sleep(Duration.ofHours(1));
            assertGated(client, server);
        });
    }

    /** What is known of a connection ends with it. */
    @Test
    void aProofHoldsForItsConnectionAlone() {
        World.underManySeeds(world -> {
            TestNode server = verifier(world, new IdentityProofs());
            AtomicInteger asked = new AtomicInteger();
            TestNode client = world.node("client");
            MessageExchange.of(IdentityProofs.PROTOCOL, ProofMessages.QUESTIONS, MessageCodec.BYTES)
                    .serve(client.host(), (peer, question) -> {
                        asked.incrementAndGet();
                        return ProofMessages.prove(client.host().identity(), server.id(), question, NONCE);
                    });
            echo(client, server);
            echo(client, server);
            assertThat(asked).hasValue(1);
            client.connections(server).getFirst().close(ErrorCode.NONE, "again");
            echo(client, server);
            assertThat(asked).hasValue(2);
        });
    }

    /** A question of other bytes is refused before anything is signed. */
    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33, 200})
    void aQuestionWithAnotherNonceIsRefused(int length) {
        World.underSeeds(1, world -> {
            TestNode prover = world.node("prover", builder -> builder.with(new IdentityProofs()));
            TestNode peer = world.node("peer");
            long expiry = peer.environment().wallClock().getEpochSecond() + 60;
            Deadline deadline = Deadline.after(peer.environment(), Duration.ofSeconds(5));
            Connection connection = peer.connect(prover);
            byte[] encoded = ProofMessages.QUESTIONS.encode(new Question(new byte[length], expiry));
            assertThatThrownBy(() -> MessageExchange.of(IdentityProofs.PROTOCOL, MessageCodec.BYTES, MessageCodec.BYTES)
                            .ask(peer.environment(), connection.open(deadline, IdentityProofs.PROTOCOL), encoded))
                    .isInstanceOf(StreamResetException.class);
        });
    }
}
