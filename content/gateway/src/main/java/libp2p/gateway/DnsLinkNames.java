package libp2p.gateway;

import java.io.IOException;
import java.time.Duration;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.resource.Crowd;
import libp2p.http.RequestContext;
import libp2p.ipns.DnsLink;
import libp2p.ipns.IpnsLimits;
import org.jspecify.annotations.Nullable;

/** Names of domains, by their DNSLinks. Thread-safe; a look-up blocks for the network. */
public final class DnsLinkNames implements Names {
    private static final Duration LOOKUP = Duration.ofSeconds(10);

    private final Environment environment;
    private final DnsLink domains;

    /** Asks {@code domains} for the DNSLinks of domain names; time comes from the environment. */
    public DnsLinkNames(Environment environment, DnsLink domains) {
        this.environment = environment;
        this.domains = domains;
    }

    @Override
    public @Nullable Name find(String name, RequestContext client) throws IOException {
        if (!DnsLink.isDomain(name)) {
            return null;
        }
        String path = domains.resolve(name, Deadline.after(environment, LOOKUP), Crowd.groupOfIp(client.address()));
        return path == null ? null : new Name(path, IpnsLimits.DNSLINK_TTL, null);
    }
}
