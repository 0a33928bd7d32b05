package libp2p.testkit.oracle;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A record of IPNS that has expired is gone: a host does not answer with one whose end of validity has passed.
 *
 * @see <a href="https://specs.ipfs.tech/ipns/ipns-record/">IPNS record</a>
 */
final class NameOracle implements Oracle {
    private static final int TYPE = 1;
    private static final int RECORD = 3;
    private static final int GET_VALUE = 1;
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int DATA = 9;
    /** The text "Validity" as DAG-CBOR has it: a text of eight bytes; and the type of bytes with a length in one byte. */
    private static final byte[] VALIDITY = "hValidity".getBytes(StandardCharsets.UTF_8);

    private static final int SHORT_BYTES = 0x40;
    private static final int BYTES = 0x58;
    private static final int MOST_SHORT = 23;
    private static final Duration SLACK = Duration.ofSeconds(10);

    @Override
    public boolean reads(String protocol) {
        return protocol.endsWith("/kad/1.0.0");
    }

    @Override
    public void heard(Exchange exchange, Fields message, Consumer<String> faults) {
        if (!exchange.inbound() || !exchange.sent() || message.number(TYPE, 0) != GET_VALUE) {
            return;
        }
        for (Fields record : message.messages(RECORD)) {
            if (!record.text(KEY).startsWith("/ipns/")) {
                continue;
            }
            Instant end = end(new Fields(record.bytes(VALUE)).bytes(DATA));
            if (end != null && end.plus(SLACK).isBefore(exchange.clock())) {
                faults.accept(exchange.who() + ": a name that expired at " + end + ", at " + exchange.clock());
            }
        }
    }

    private static @Nullable Instant end(byte[] data) {
        for (int at = 0; at + VALIDITY.length + 2 < data.length; at++) {
            if (Arrays.equals(data, at, at + VALIDITY.length, VALIDITY, 0, VALIDITY.length)) {
                int place = at + VALIDITY.length;
                int head = data[place] & 0xff;
                boolean inHead = head >= SHORT_BYTES && head <= SHORT_BYTES + MOST_SHORT;
                if (!inHead && head != BYTES) {
                    return null;
                }
                int length = inHead ? head - SHORT_BYTES : data[place + 1] & 0xff;
                int begin = inHead ? place + 1 : place + 2;
                if (begin + length > data.length) {
                    return null;
                }
                try {
                    return Instant.parse(new String(data, begin, length, StandardCharsets.UTF_8));
                } catch (DateTimeParseException other) {
                    return null;
                }
            }
        }
        return null;
    }
}
