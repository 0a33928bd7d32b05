package libp2p.core.routing;

import java.util.List;
import libp2p.core.record.InvalidRecordException;

/**
 * Judges the values of one namespace of keys, so that the module that stores values and the module that defines them do
 * not know each other. Thread-safe; must not block for the network.
 */
public interface RecordValidator {
    /** The namespace: the first segment of the keys, for example {@code "ipns"} for {@code /ipns/…}. */
    String namespace();

    /**
     * Checks one value.
     *
     * @param key the whole key
     * @throws InvalidRecordException if the value must not be stored or believed
     */
    void validate(byte[] key, byte[] value) throws InvalidRecordException;

    /**
     * Chooses the best of several valid values.
     *
     * @param values at least one, each valid
     * @return its index
     */
    int select(byte[] key, List<byte[]> values);
}
