package libp2p.node.content;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.identity.Identity;
import libp2p.core.routing.ValueStore;
import libp2p.ipld.ContentException;
import libp2p.ipns.DnsLink;
import libp2p.ipns.Ipns;
import libp2p.ipns.IpnsRecord;
import libp2p.ipns.NameResolver;
import libp2p.ipns.NameService;

/** Names of keys (IPNS) and of domains (DNSLink), by the host of this process. Thread-safe. */
record Names(ContentAccess.Hosting hosting) {
    /** The names that the host publishes and resolves, at least those that it keeps. */
    private Ipns keys() throws IOException {
        Host host = hosting.open();
        Optional<NameService> service = host.find(NameService.class);
        if (service.isPresent()) {
            return service.get().ipns();
        }
        return isTold() ? NameService.of(host) : NameService.kept(host);
    }

    /** Whether the network is told of what is published. */
    boolean isTold() throws IOException {
        return hosting.open().find(ValueStore.class).isPresent();
    }

    /** Has the name of a key stand for a path; blocks. */
    IpnsRecord publish(Identity identity, String path, Duration time) throws IOException {
        return keys().publish(identity, path, Deadline.after(hosting.open().environment(), time));
    }

    /**
     * The path for which a name stands; blocks.
     *
     * @param path that begins with {@code /ipns/}
     * @throws ContentException if no peer that was asked knows it
     */
    String resolve(String path, Duration time) throws IOException {
        Environment environment = hosting.open().environment(); // with the DNS servers of the host
        String value =
                new NameResolver(keys(), new DnsLink(environment)).resolve(path, Deadline.after(environment, time));
        if (value == null) {
            throw new ContentException("no peer that was asked knows what " + path + " stands for");
        }
        return value;
    }

    /**
     * The immutable path for one that may be mutable; blocks for that.
     *
     * @param path a CID with perhaps a path behind it, {@code /ipfs/…}, {@code ipfs://…}, {@code /ipns/…} or
     *     {@code ipns://…}
     */
    String immutable(String path, Duration time) throws IOException {
        String bare = path.startsWith("ipns://") ? "/ipns/" + path.substring("ipns://".length()) : path;
        return bare.startsWith("/ipns/") ? resolve(bare, time) : path;
    }
}
