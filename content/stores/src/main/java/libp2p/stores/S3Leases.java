package libp2p.stores;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import libp2p.blocks.StoreException;

/**
 * Records of leases in a bucket: an object that is written once, whose date is the beginning of the lease, and one that
 * is written at each renewal. A lease whose first object is gone has ended, and nothing makes that object again.
 */
final class S3Leases implements SharedLeases.Records {
    private static final String BEGUN = "/begun";
    private static final String RENEWED = "/renewed";
    /** Dates are in whole seconds. */
    private static final long ROUNDING_SECONDS = 2;

    private final S3Client client;
    private final S3Options options;
    private final SharedStoreLimits limits;
    private final String prefix;

    S3Leases(S3Client client, S3Options options, SharedStoreLimits limits) {
        this.client = client;
        this.options = options;
        this.limits = limits;
        prefix = options.prefix() + "shared/leases/";
    }

    /** What a listing shows of a lease. */
    private static final class Seen {
        Instant begun = Instant.MAX;
        Instant renewed = Instant.MIN;
    }

    @Override
    public Instant begin(String id) throws IOException {
        client.put(prefix + id + BEGUN, new byte[0]);
        Map<String, Seen> all = new TreeMap<>();
        Instant now = S3Listing.each(client, options.bucket(), prefix, item -> {
            int end = item.key().lastIndexOf('/');
            Seen seen = all.computeIfAbsent(item.key().substring(prefix.length(), end), key -> new Seen());
            seen.begun = item.key().endsWith(BEGUN) ? item.modified() : seen.begun;
            seen.renewed = seen.renewed.isAfter(item.modified()) ? seen.renewed : item.modified();
        });
        Seen own = all.get(id);
        if (own == null) {
            throw new StoreException("s3: " + options + " does not list what it has just stored", null);
        }
        Instant oldest = own.begun;
        Instant expired = now.minus(limits.lease()).minusSeconds(ROUNDING_SECONDS);
        for (Map.Entry<String, Seen> other : all.entrySet()) {
            if (other.getValue().renewed.isBefore(expired)) {
                end(other.getKey());
            } else if (other.getValue().begun.isBefore(oldest)) {
                oldest = other.getValue().begun;
            }
        }
        return oldest;
    }

    @Override
    public boolean renew(String id) throws IOException {
        client.put(prefix + id + RENEWED, new byte[0]);
        return holds(id);
    }

    @Override
    public boolean holds(String id) throws IOException {
        return client.call("HEAD", prefix + id + BEGUN, 0).status() == 200;
    }

    /** The first object goes first: the lease has ended then, whatever becomes of the other one. */
    @Override
    public void end(String id) throws IOException {
        client.delete(prefix + id + BEGUN);
        client.delete(prefix + id + RENEWED);
    }
}
