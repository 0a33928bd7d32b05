package libp2p.testkit.oracle;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The words of both ends of one stream: the agreement of multistream-select, whose lines have their length in front and end with a
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
        private static final int AT_FIRST = 256;

        final boolean sent;
        private byte[] bytes = new byte[AT_FIRST];
        private int from;
        private int to;

        Way(boolean sent) {
            this.sent = sent;
        }

        void add(ByteBuffer part) {
            int count = part.remaining();
            if (count > bytes.length - to) {
                byte[] target = size() + count > bytes.length ? new byte[Math.max(2 * size(), size() + count)] : bytes;
                System.arraycopy(bytes, from, target, 0, size());
                bytes = target;
                to = size();
                from = 0;
            }
            part.duplicate().get(bytes, to, count);
            to += count;
        }

        int size() {
            return to - from;
        }

        /** Leaves the place of a large message that was delivered; the stream may stay for long. */
        void tidy() {
            if (size() == 0 && bytes.length > AT_FIRST) {
                bytes = new byte[AT_FIRST];
                from = 0;
                to = 0;
            }
        }

        /** The next piece with its length in front, or null if it is not whole yet. */
        byte @Nullable [] next() {
            int[] at = {from};
            long length;
            try {
                length = Fields.varint(bytes, at, to);
            } catch (IllegalArgumentException cut) {
                return null;
            }
            if (length < 0 || length > to - at[0]) {
                return null;
            }
            from = at[0] + (int) length;
            return Arrays.copyOfRange(bytes, at[0], from);
        }
    }

    /** Bytes were sent or read; their buffer is not changed. */
    void heard(boolean sent, ByteBuffer part) {
        if (over) {
            return;
        }
        Way way = sent ? sending : receiving;
        way.add(part);
        if (agreed == null) {
            negotiate();
        }
        String protocol = agreed;
        if (protocol != null && !over) {
            deliver(sending, protocol);
            deliver(receiving, protocol);
        }
        over |= way.size() > MOST;
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
        way.tidy();
    }
}
