package libp2p.gateway;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import libp2p.core.environment.Environment;
import libp2p.core.record.InvalidRecordException;
import libp2p.delegated.routing.RoutingLimits;
import libp2p.gateway.search.SearchPlaces;
import libp2p.http.RequestContext;
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
        /** The bytes of a record, or null; an interrupt ends the search for it. */
        byte @Nullable [] find(IpnsName name) throws IOException;
    }

    private final Environment environment;
    private final Lookup lookup;
    private final SearchPlaces places;

    /**
     * Asks {@code lookup} for records; time comes from the environment.
     *
     * @param limits of the searches that are under way, and of one of them
     */
    public RecordNames(Environment environment, RoutingLimits limits, Lookup lookup) {
        this.environment = environment;
        this.lookup = lookup;
        places = new SearchPlaces(environment, limits);
    }

    @Override
    public @Nullable Name find(String text, RequestContext client) throws IOException {
        IpnsName name;
        try {
            name = IpnsName.parse(text);
        } catch (MalformedException noKey) {
            return null;
        }
        byte[] bytes = lookUp(name, client);
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

    /**
     * Names that are published nowhere must not take the places of all requests while they are looked for, nor those of the
     * names that other networks ask for.
     */
    private byte @Nullable [] lookUp(IpnsName name, RequestContext client) throws IOException {
        try (SearchPlaces.Place place = places.take(client.address())) {
            if (place == null) {
                throw places.full();
            }
            client.whenLeft(place::close);
            return place.run(() -> lookup.find(name));
        }
    }
}
