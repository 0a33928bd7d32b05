package libp2p.ipns;

import java.io.IOException;
import libp2p.core.environment.Deadline;
import libp2p.core.record.InvalidRecordException;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Follows paths from name to name: through the records of keys, and the DNSLinks of domains. Thread-safe; blocks for
 * the network.
 */
public final class NameResolver {
    private final @Nullable Ipns keys;
    private final @Nullable DnsLink domains;

    /**
     * A resolver of either kind of name, or of both.
     *
     * @param keys resolves names of keys; null if nothing does
     * @param domains resolves domains; null if nothing does
     */
    public NameResolver(@Nullable Ipns keys, @Nullable DnsLink domains) {
        this.keys = keys;
        this.domains = domains;
    }

    /**
     * Follows a path until it is one of content.
     *
     * @param path beginning with {@code /ipns/} and a name; the rest is appended to the path that the name stands for
     * @return the path at the end, or null if a name is not found
     * @throws InvalidRecordException if it takes more than {@link IpnsLimits#HOPS} names, or leads to what nothing here
     *     resolves
     */
    public @Nullable String resolve(String path, Deadline deadline) throws IOException {
        String current = path;
        for (int hop = 0; hop < IpnsLimits.HOPS; hop++) {
            if (!current.startsWith("/ipns/")) {
                return current;
            }
            int end = current.indexOf('/', "/ipns/".length());
            String rest = end < 0 ? "" : current.substring(end);
            String value = value(current.substring("/ipns/".length(), end < 0 ? current.length() : end), deadline);
            if (value == null) {
                return null;
            }
            boolean doubled = value.endsWith("/") && !rest.isEmpty();
            current = (doubled ? value.substring(0, value.length() - 1) : value) + rest;
        }
        throw new InvalidRecordException("ipns: more than " + IpnsLimits.HOPS + " names that stand for names");
    }

    private @Nullable String value(String text, Deadline deadline) throws IOException {
        IpnsName name;
        try {
            name = IpnsName.parse(text);
        } catch (MalformedException e) {
            if (domains != null && DnsLink.isDomain(text)) {
                return domains.resolve(text, deadline);
            }
            throw new InvalidRecordException("ipns: a path to what is no name of a key: " + e.getMessage());
        }
        if (keys == null) {
            throw new InvalidRecordException("ipns: the name of a key, which takes a DHT: " + name);
        }
        IpnsRecord record = keys.resolve(name, deadline);
        return record == null ? null : record.value();
    }
}
