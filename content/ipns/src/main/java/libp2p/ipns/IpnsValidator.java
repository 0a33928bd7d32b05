package libp2p.ipns;

import java.time.Instant;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.routing.RecordValidator;
import libp2p.multiformats.MalformedException;

/** Namespace {@code ipns} of a value store: {@code Kad.server().withValidator(new IpnsValidator(environment))}. */
public final class IpnsValidator implements RecordValidator {
    private final Environment environment;

    /** @param environment whose wall clock says what has expired */
    public IpnsValidator(Environment environment) {
        this.environment = environment;
    }

    @Override
    public String namespace() {
        return "ipns";
    }

    @Override
    public void validate(byte[] key, byte[] value) throws InvalidRecordException {
        open(key, value, environment.wallClock());
    }

    private static IpnsRecord open(byte[] key, byte[] value, Instant now) throws InvalidRecordException {
        try {
            return IpnsRecord.open(IpnsName.ofRoutingKey(key), value, now);
        } catch (MalformedException e) {
            throw new InvalidRecordException("ipns: " + e.getMessage());
        }
    }

    /**
     * The best of those that are signed as they should; when a record ends to hold makes no difference to what it is.
     */
    @Override
    public int select(byte[] key, List<byte[]> values) {
        int best = 0;
        IpnsRecord chosen = null;
        for (int i = 0; i < values.size(); i++) {
            try {
                IpnsRecord record = open(key, values.get(i), Instant.MIN);
                if (chosen == null || record.isBetterThan(chosen)) {
                    chosen = record;
                    best = i;
                }
            } catch (InvalidRecordException e) {
                // passed over
            }
        }
        return best;
    }
}
