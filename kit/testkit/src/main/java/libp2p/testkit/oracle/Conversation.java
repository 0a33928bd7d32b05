package libp2p.testkit.oracle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is said on one stream: the agreement of multistream-select, whose lines have their length in front and end with a
 * line feed, and then messages with their length in front. Forgets everything of protocols that are not read.
 *
 * @see <a href="https://github.com/multiformats/multistream-select">multistream-select</a>
 */
final class Conversation {
    private static final String HEADER = "/multistream/1.0.0";
    private static final int MOST = 8 << 20;

    /** Takes the messages. */
    interface Listener {
        void message(String protocol, boolean sent, byte[] message);
    }

    private final Predicate<String> reads;
    private final Listener listener;
    private final Way sending = new Way(true);
    private final Way receiving = new Way(false);
    private final Way initiator;
    private final Way responder;
    private @Nullable String agreed;
    private boolean over;

    /** @param inbound whether the other end has opened the stream, and so proposes protocols */
    Conversation(boolean inbound, Predicate<String> reads, Listener listener) {
        this.reads = reads;
        this.listener = listener;
        initiator = inbound ? receiving : sending;
        responder = inbound ? sending : receiving;
    }

    private static final class Way {
        final boolean sent;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Way(boolean sent) {
            this.sent = sent;
        }

        /** The next piece with its length in front, or null if it is not whole yet. */
        byte @Nullable [] next() {
            byte[] all = bytes.toByteArray();
            int[] at = {0};
            long length;
            try {
                length = Fields.varint(all, at);
            } catch (IllegalArgumentException cut) {
                return null;
            }
            if (length < 0 || length > all.length - at[0]) {
                return null;
            }
            int end = at[0] + (int) length;
            bytes.reset();
            bytes.write(all, end, all.length - end);
            return Arrays.copyOfRange(all, at[0], end);
        }
    }

    /** Bytes were sent or read; their buffer is not changed. */
    void heard(boolean sent, ByteBuffer part) {
        if (over) {
            return;
        }
        Way way = sent ? sending : receiving;
        byte[] copy = new byte[part.remaining()];
        part.duplicate().get(copy);
        way.bytes.write(copy, 0, copy.length);
        if (agreed == null) {
            negotiate();
        }
        String protocol = agreed;
        if (protocol != null && !over) {
            deliver(sending, protocol);
            deliver(receiving, protocol);
        }
        over |= way.bytes.size() > MOST;
    }

    /** The responder's first line that is neither the header nor a refusal says what is spoken. */
    private void negotiate() {
        for (byte[] line = responder.next(); line != null; line = responder.next()) {
            String answer = text(line);
            if (!answer.equals(HEADER) && answer.startsWith("/")) {
                over = !reads.test(answer);
                agreed = answer;
                for (byte[] said = initiator.next(); said != null; said = initiator.next()) {
                    if (text(said).equals(answer)) {
                        return;
                    }
                }
                over = true; // what was not proposed
                return;
            }
        }
    }

    private static String text(byte[] line) {
        return new String(line, StandardCharsets.UTF_8).stripTrailing();
    }

    private void deliver(Way way, String protocol) {
        for (byte[] message = way.next(); message != null; message = way.next()) {
            listener.message(protocol, way.sent, message);
        }
    }
}
