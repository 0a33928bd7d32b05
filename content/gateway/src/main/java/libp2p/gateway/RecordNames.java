package libp2p.gateway;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import libp2p.core.environment.Environment;
import libp2p.core.record.InvalidRecordException;
import libp2p.ipns.IpnsName;
import libp2p.ipns.IpnsRecord;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Names of keys, by their IPNS records. Records that are not valid now count as absent. Thread-safe if the lookup is.
 */
public final class RecordNames implements Names {
    /** The source of records. */
    @FunctionalInterface
    public interface Lookup {
        /** The bytes of a record, or null. */
        byte @Nullable [] find(IpnsName name) throws IOException;
    }

    private final Environment environment;
    private final Lookup lookup;

    /** Asks {@code lookup} for records; time comes from the environment. */
    public RecordNames(Environment environment, Lookup lookup) {
        this.environment = environment;
        this.lookup = lookup;
    }

    @Override
    public @Nullable Name find(String text) throws IOException {
        IpnsName name;
        try {
            name = IpnsName.parse(text);
        } catch (MalformedException noKey) {
            return null;
        }
        byte[] bytes = lookup.find(name);
        if (bytes == null) {
            return null;
        }
        try {
            Instant now = environment.wallClock();
            IpnsRecord record = IpnsRecord.open(name, bytes, now);
            Duration left = Duration.between(now, record.until());
            return new Name(record.value(), record.ttl().compareTo(left) < 0 ? record.ttl() : left, bytes);
        } catch (InvalidRecordException e) {
            System.getLogger(RecordNames.class.getName())
                    .log(System.Logger.Level.DEBUG, () -> "the record of " + name + " is not valid: " + e.getMessage());
            return null;
        }
    }
}
