package libp2p.swarm.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.ProtocolViolationException;
import org.junit.jupiter.api.Test;

class MultistreamTest {
    private static final String HEADER = Multistream.HEADER;
    private final Multistream multistream = new Multistream(NegotiationLimits.DEFAULT);

    @Test
    void dialerSendsHeaderAndProposalTogetherAndTakesTheFirstThatIsServed() throws IOException {
        ScriptedChannel channel = ScriptedChannel.of(HEADER, "na", "/b/1.0.0", "payload");

        String agreed = multistream.select(channel, List.of("/a/1.0.0", "/b/1.0.0"));

        assertThat(agreed).isEqualTo("/b/1.0.0");
        assertThat(channel.written()).isEqualTo(ScriptedChannel.messages(HEADER, "/a/1.0.0", "/b/1.0.0"));
        assertThat(channel.unread())
                .as("nothing behind the negotiation is read")
                .isEqualTo(8 + 1);
    }

    @Test
    void dialerNamesWhatItOfferedWhenNothingIsServed() {
        assertThatThrownBy(() -> multistream.select(ScriptedChannel.of(HEADER, "na", "na"), List.of("/a", "/b")))
                .isInstanceOfSatisfying(
                        NegotiationException.class, e -> assertThat(e.offered()).containsExactly("/a", "/b"));
    }

    @Test
    void listenerAnswersNaUntilAProposalIsServed() throws IOException {
        ScriptedChannel channel = ScriptedChannel.of(HEADER, "/x", "/a", "early payload");

        assertThat(multistream.answer(channel, "/a"::equals, List::of)).isEqualTo("/a");
        assertThat(channel.written()).isEqualTo(ScriptedChannel.messages(HEADER, "na", "/a"));
        assertThat(channel.unread()).isPositive();
    }

    @Test
    void listenerAnswersHeaderAndProposalTogetherWhenBothHaveArrived() throws IOException {
        byte[] script = ScriptedChannel.messages(HEADER, "/x", "/a");
        ScriptedChannel one = new ScriptedChannel(script, true);
        assertThat(multistream.answer(one, "/x"::equals, List::of)).isEqualTo("/x");
        assertThat(one.written()).isEqualTo(ScriptedChannel.messages(HEADER, "/x"));
        assertThat(one.writes()).isEqualTo(1);
        ScriptedChannel two = new ScriptedChannel(script, true);
        assertThat(multistream.answer(two, "/a"::equals, List::of)).isEqualTo("/a");
        assertThat(two.written()).isEqualTo(ScriptedChannel.messages(HEADER, "na", "/a"));
        assertThat(two.writes()).isEqualTo(2);
        ScriptedChannel apart = new ScriptedChannel(script);
        multistream.answer(apart, "/x"::equals, List::of);
        assertThat(apart.writes()).as("a dialer may wait for the header").isEqualTo(2);
    }

    @Test
    void listenerListsItsProtocolsAndGoesOn() throws IOException {
        ScriptedChannel dialer = ScriptedChannel.of(HEADER, "ls", "/a");
        multistream.answer(dialer, "/a"::equals, () -> List.of("/a", "/b/2.0.0"));

        byte[] answer = dialer.written();
        byte[] reversed = Arrays.copyOf(answer, answer.length);
        assertThat(multistream.list(new ScriptedChannel(reversed))).containsExactly("/a", "/b/2.0.0");
    }

    @Test
    void listOfManyProtocolsStaysInsideItsLimits() throws IOException {
        List<String> many = java.util.stream.IntStream.range(0, 3000)
                .mapToObj(i -> "/p/" + i)
                .toList();
        ScriptedChannel dialer = ScriptedChannel.of(HEADER, "ls", "/a");
        multistream.answer(dialer, "/a"::equals, () -> many);

        assertThat(multistream.list(new ScriptedChannel(dialer.written()))).hasSize(NegotiationLimits.DEFAULT.listed());
    }

    @Test
    void listenerGivesUpAfterTooManyProposals() {
        String[] script = new String[100];
        Arrays.fill(script, "/nope");
        script[0] = HEADER;
        assertThatThrownBy(() -> multistream.answer(ScriptedChannel.of(script), "/a"::equals, List::of))
                .isInstanceOf(NegotiationException.class)
                .hasMessageContaining("64 proposals");
    }

    @Test
    void refusesLongAndMalformedMessagesBeforeReadingThem() {
        byte[] huge = {(byte) 0xff, (byte) 0xff, 0x7f};
        byte[] endless = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f};
        byte[] padded = {(byte) 0x93, 0};
        byte[] empty = {0};
        for (byte[] bad : List.of(huge, endless, padded, empty)) {
            assertThatThrownBy(() -> multistream.answer(new ScriptedChannel(bad), "/a"::equals, List::of))
                    .isInstanceOf(ProtocolViolationException.class);
        }
    }

    @Test
    void refusesAMessageWithoutNewlineAndAnotherHeader() {
        assertThatThrownBy(
                        () -> multistream.answer(new ScriptedChannel(new byte[] {2, 'a', 'b'}), "/a"::equals, List::of))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("newline");
        assertThatThrownBy(() -> multistream.answer(ScriptedChannel.of("/multistream/2.0.0"), "/a"::equals, List::of))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("/multistream/2.0.0");
    }

    @Test
    void hostileTextIsEscapedInErrors() {
        assertThatThrownBy(() -> multistream.select(ScriptedChannel.of(HEADER, "\u001b[31m\"evil"), List.of("/a")))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("\\u001b")
                .message()
                .doesNotContain("\u001b");
    }

    @Test
    void everyCutOfAGoodExchangeIsAnEndOfFile() {
        byte[] good = ScriptedChannel.messages(HEADER, "na", "/b");
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> multistream.select(new ScriptedChannel(cut), List.of("/a", "/b")))
                    .isInstanceOf(EOFException.class);
        }
    }

    @Test
    void randomBytesNeverDoMoreThanFailWithAnIoException() {
        Random random = new Random(7);
        byte[] good = ScriptedChannel.messages(HEADER, "ls", "/a", "/b");
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                multistream.answer(new ScriptedChannel(bytes), "/b"::equals, () -> List.of("/b"));
            } catch (IOException expected) {
                assertThat(expected).hasMessageNotContaining("\u0000");
            }
            try {
                multistream.list(new ScriptedChannel(bytes));
            } catch (IOException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void aListAnswerWithAHugeInnerLengthIsRefused() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {(byte) 0xff, (byte) 0xff, 0x03, 'a', '\n', '\n'});
        ByteArrayOutputStream script = new ByteArrayOutputStream();
        script.writeBytes(ScriptedChannel.messages(HEADER));
        script.write(body.size());
        script.writeBytes(body.toByteArray());
        assertThatThrownBy(() -> multistream.list(new ScriptedChannel(script.toByteArray())))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("malformed");
    }
}
