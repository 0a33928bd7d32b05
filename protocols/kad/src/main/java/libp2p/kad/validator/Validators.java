package libp2p.kad.validator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.routing.RecordValidator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the validator of a key: of {@code /NAMESPACE/REST} that of the namespace. Other keys are refused. Immutable.
 */
public final class Validators {
    private final Map<String, RecordValidator> byNamespace = new TreeMap<>();

    /** One for each namespace; of two for the same the later. */
    public Validators(List<RecordValidator> validators) {
        for (RecordValidator validator : validators) {
            byNamespace.put(validator.namespace(), validator);
        }
    }

    /** @throws InvalidRecordException if the value is not valid for its key, or no validator judges such keys */
    public void validate(byte[] key, byte[] value) throws InvalidRecordException {
        of(key).validate(key, value);
    }

    /** @throws InvalidRecordException if no validator judges the values of such keys */
    public void requireNamespace(byte[] key) throws InvalidRecordException {
        of(key);
    }

    /** Whether the first of two valid values is better than the second. */
    public boolean isBetter(byte[] key, byte[] one, byte[] other) throws InvalidRecordException {
        return of(key).select(key, List.of(other, one)) == 1;
    }

    /** @throws InvalidRecordException if no validator judges such keys, so that they must not be stored */
    private RecordValidator of(byte[] key) throws InvalidRecordException {
        String namespace = namespace(key);
        RecordValidator validator = namespace == null ? null : byNamespace.get(namespace);
        if (validator == null) {
            throw new InvalidRecordException(
                    "a key of " + key.length + " bytes in no namespace of " + byNamespace.keySet() + ", such as /"
                            + byNamespace.keySet().stream().findFirst().orElse("pk") + "/…");
        }
        return validator;
    }

    /** The namespace of a key with something after it, or null. */
    private static @Nullable String namespace(byte[] key) {
        if (key.length < 2 || key[0] != '/') {
            return null;
        }
        for (int end = 1; end < key.length; end++) {
            if (key[end] == '/') {
                return end == 1 || end + 1 == key.length ? null : new String(key, 1, end - 1, UTF_8);
            }
        }
        return null;
    }
}
