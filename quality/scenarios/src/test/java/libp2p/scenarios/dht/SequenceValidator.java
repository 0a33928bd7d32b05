package libp2p.scenarios.dht;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.routing.RecordValidator;

/**
 * Values that only their author can make and that have a number, as names of IPNS have: an attacker can hide them, or tell an
 * old one.
 */
final class SequenceValidator implements RecordValidator {
    /** The value of a key with a number. */
    static byte[] value(byte[] key, int number) {
        return (number + " " + Arrays.hashCode(key)).getBytes(UTF_8);
    }

    private static int number(byte[] value) {
        return Integer.parseInt(new String(value, UTF_8).split(" ")[0]);
    }

    @Override
    public String namespace() {
        return "s";
    }

    @Override
    public void validate(byte[] key, byte[] value) throws InvalidRecordException {
        try {
            if (Arrays.equals(value, value(key, number(value)))) {
                return;
            }
        } catch (NumberFormatException e) {
            // as below
        }
        throw new InvalidRecordException("a value of another author");
    }

    @Override
    public int select(byte[] key, List<byte[]> values) {
        int best = 0;
        for (int i = 1; i < values.size(); i++) {
            best = number(values.get(i)) > number(values.get(best)) ? i : best;
        }
        return best;
    }
}
