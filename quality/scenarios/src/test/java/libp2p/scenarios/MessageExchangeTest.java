package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageExchange;
import libp2p.core.messaging.MessageStream;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Questions and answers between whole hosts: bounded in bytes and in time, and never cut in silence. */
class MessageExchangeTest {
    private static final MessageCodec<String> TEXT =
            MessageCodec.of(message -> message.getBytes(StandardCharsets.UTF_8), bytes -> {
                String text = new String(bytes, StandardCharsets.UTF_8);
                if (text.startsWith("?")) {
                    throw new IOException("a text must not start with a question mark");
                }
                return text;
            });
    private static final MessageExchange<String, String> SHOUT =
            MessageExchange.of("/shout/1.0.0", TEXT, TEXT).withLimit(100).withTimeout(Duration.ofSeconds(5));

    @Test
    void aQuestionIsAnswered() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            SHOUT.serve(bob.host(), (peer, text) -> {
                assertThat(peer).isEqualTo(alice.id());
                return text.toUpperCase(java.util.Locale.ROOT);
            });
            assertThat(SHOUT.ask(alice.host(), bob.address(), "hello")).isEqualTo("HELLO");
            assertThat(SHOUT.ask(alice.host(), bob.address(), "")).isEmpty();
        });
    }

    @Test
    void severalQuestionsTravelOnOneStream() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            SHOUT.serve(bob.host(), (peer, text) -> text.equals("silence") ? null : text + "!");
            try (MessageStream<String, String> messages =
                    new MessageStream<>(alice.open(bob, SHOUT.protocol()), TEXT, TEXT, 100)) {
                messages.send("a");
                messages.send("silence");
                messages.send("b");
                messages.stream().closeWrite();
                assertThat(messages.receive()).isEqualTo("a!");
                assertThat(messages.receive()).isEqualTo("b!");
                assertThat(messages.receiveOrEnd()).isNull();
                assertThatThrownBy(messages::receive).isInstanceOf(EOFException.class);
            }
        });
    }

    @Test
    void anExchangeHasADeadlineAsAWhole() {
        World.underSeeds(10, world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            bob.host().handle(SHOUT.protocol(), stream -> {
                stream.write(new byte[] {50}); // a length, and then a byte each second for ever
                while (true) {
                    bob.environment().park(stream, Deadline.after(bob.environment(), Duration.ofSeconds(1)));
                    stream.write(new byte[] {'x'});
                }
            });
            alice.connect(bob);
            assertThat(world.timed(() -> assertThatThrownBy(() -> SHOUT.ask(alice.host(), bob.address(), "hello"))
                            .isInstanceOf(DeadlineExceededException.class)
                            .hasMessageContaining("/shout/1.0.0: no answer within PT5S")))
                    .isBetween(Duration.ofMillis(4_900), Duration.ofSeconds(7));
        });
    }

    @Test
    void aServerDoesNotWaitForEverForAQuestion() {
        World.underSeeds(10, world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            SHOUT.serve(bob.host(), (peer, text) -> text);
            Stream stream = alice.open(bob, SHOUT.protocol());
            stream.write(new byte[] {50, 'x'});
            assertThatThrownBy(() -> stream.input().read()).isInstanceOf(StreamResetException.class);
        });
    }

    @Test
    void answersBeyondTheLimitAndMalformedOnesAreRefused() {
        World.underSeeds(10, world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            bob.host().handle(SHOUT.protocol(), stream -> stream.write(new byte[] {101}));
            assertThatThrownBy(() -> SHOUT.ask(alice.host(), bob.address(), "hello"))
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining("101 bytes, more than the limit of 100");
            bob.host().handle(SHOUT.protocol(), stream -> stream.write(new byte[] {1, '?'}));
            assertThatThrownBy(() -> SHOUT.ask(alice.host(), bob.address(), "hello"))
                    .hasMessageContaining("must not start with a question mark");
            bob.host().handle(SHOUT.protocol(), stream -> stream.write(new byte[] {2, 'x'}));
            assertThatThrownBy(() -> SHOUT.ask(alice.host(), bob.address(), "hello"))
                    .isInstanceOf(EOFException.class);
        });
    }

    @Test
    void aPeerThatDoesNotSpeakTheProtocolIsNamedAsSuch() {
        World.underSeeds(3, world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            assertThatThrownBy(() -> SHOUT.ask(alice.host(), bob.address(), "hello"))
                    .isInstanceOf(NegotiationException.class);
        });
    }

    @Test
    void anAnswererThatFailsResetsTheStream() {
        World.underSeeds(3, world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            SHOUT.serve(bob.host(), (peer, text) -> {
                throw new IOException("not today");
            });
            assertThatThrownBy(() -> SHOUT.ask(alice.host(), bob.address(), "hello"))
                    .isInstanceOf(StreamResetException.class);
        });
    }
}
