package libp2p.kad.validator;

import java.util.Arrays;
import java.util.List;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.routing.RecordValidator;

/**
 * A namespace in which every value is valid and of several the greatest, by its bytes, wins: for networks whose members
 * trust each other, and for tests. Every peer of the network can replace any value.
 *
 * @param namespace for example {@code "v"}
 */
public record AnyValueValidator(String namespace) implements RecordValidator {
    @Override
    public void validate(byte[] key, byte[] value) throws InvalidRecordException {}

    @Override
    public int select(byte[] key, List<byte[]> values) {
        int best = 0;
        for (int i = 1; i < values.size(); i++) {
            if (Arrays.compareUnsigned(values.get(i), values.get(best)) > 0) {
                best = i;
            }
        }
        return best;
    }
}
