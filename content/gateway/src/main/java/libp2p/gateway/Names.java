package libp2p.gateway;

import java.io.IOException;
import java.time.Duration;
import libp2p.core.resource.LimitExceededException;
import libp2p.http.RequestContext;
import org.jspecify.annotations.Nullable;

/** The paths that the names below {@code /ipns/} stand for. Thread-safe; may block for the network. */
@FunctionalInterface
public interface Names {
    /** No names at all. */
    Names NONE = (name, client) -> null;

    /**
     * The answer to a name.
     *
     * @param path for example {@code /ipfs/bafy…/docs}, or another {@code /ipns/…}
     * @param ttl how long readers may remember it
     * @param record the signed record, not to be changed, or null if the name has none (DNSLink)
     */
    record Name(String path, Duration ttl, byte @Nullable [] record) {}

    /**
     * The meaning of a name, or null if it is not known.
     *
     * @param name as it stands in the path: a CID or peer id, or a domain
     * @param client whose request it is
     * @throws LimitExceededException if the searches of others have all places
     * @throws IOException if the search failed
     */
    @Nullable
    Name find(String name, RequestContext client) throws IOException;

    /** These names, and others where these do not know one. */
    default Names or(Names others) {
        return (name, client) -> {
            Name found = find(name, client);
            return found == null ? others.find(name, client) : found;
        };
    }
}
