package libp2p.ipfs;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.bitswap.Bitswap;
import libp2p.core.buffer.BulkInput;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.ContentRouting;
import libp2p.fetch.FetchOptions;
import libp2p.fetch.Fetcher;
import libp2p.ipld.traversal.PathResolver;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.multiformats.Cid;

/**
 * Finds who has content, retrieves it, and announces it: local blocks are used first, then peers are asked, of
 * which those are preferred that have answered best. Thread-safe.
 */
public final class ContentRoutingManager {
    private static final Duration SEARCH = Duration.ofSeconds(30);
    private static final int ANNOUNCED = 4096;

    /**
     * Counters since the start.
     *
     * @param cacheHits retrievals whose root was here
     * @param networkHits retrievals whose root came from the network
     * @param failures retrievals that failed
     * @param lookups searches for providers
     * @param providersFound by them
     * @param announced roots
     * @param bytesRetrieved of the content of all retrievals
     */
    public record Metrics(
            long cacheHits,
            long networkHits,
            long failures,
            long lookups,
            long providersFound,
            long announced,
            long bytesRetrieved) {}

    /**
     * An announcement.
     *
     * @param cid the root
     * @param bytes of the content, or −1 if that was not told
     * @param metadata as the caller gave it
     */
    public record Announcement(Cid cid, long bytes, Map<String, String> metadata) {}

    private final Host host;
    private final Content content;
    private final IpfsOptions options;
    private final EnhancedDhtDiscovery discovery;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Cid, Announcement> announcements = new LinkedHashMap<>();
    private final AtomicLong cacheHits = new AtomicLong();
    private final AtomicLong networkHits = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong lookups = new AtomicLong();
    private final AtomicLong found = new AtomicLong();
    private final AtomicLong announced = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    ContentRoutingManager(Host host, EnhancedDhtDiscovery discovery, Content content, IpfsOptions options) {
        this.host = host;
        this.discovery = discovery;
        this.content = content;
        this.options = options;
    }

    /**
     * The best providers of content; blocks until twice as many were found, or the search has ended. The best of what
     * is known comes without a search.
     *
     * @param count how many at most
     */
    public List<PeerAddress> find(Cid cid, int count) throws IOException {
        return find(cid, ProviderChoice.DEFAULT.withCount(count));
    }

    /** As {@link #find(Cid, int)}, by a choice. */
    public List<PeerAddress> find(Cid cid, ProviderChoice choice) throws IOException {
        lookups.incrementAndGet();
        discovery.findProviders(
                cid,
                2 * choice.count(),
                Deadline.after(host.environment(), SEARCH),
                provider -> found.incrementAndGet());
        return discovery.optimalProviders(cid, choice);
    }

    /** The search for providers, and what is known of them. */
    public EnhancedDhtDiscovery discovery() {
        return discovery;
    }

    /**
     * A file, read as it comes; blocks until its first block is here.
     *
     * @param path a CID, perhaps with a path behind it
     */
    public InputStream retrieve(String path) throws IOException {
        Cid root = PathResolver.root(path);
        boolean here = content.blocks.has(root) || libp2p.ipld.Block.isInherent(root);
        Fetcher fetcher = fetcher(discovery.optimalProviders(root));
        boolean done = false;
        try {
            PathResolver.Resolved resolved = new PathResolver(fetcher).resolve(path);
            InputStream in = new UnixFsReader(fetcher).open(resolved.cid());
            (here ? cacheHits : networkHits).incrementAndGet();
            done = true;
            return new Retrieved(in, fetcher);
        } finally {
            if (!done) {
                failures.incrementAndGet();
                fetcher.close();
            }
        }
    }

    /** One block, from here or else from peers. */
    byte[] block(Cid cid) throws IOException {
        try (Fetcher fetcher = fetcher(discovery.optimalProviders(cid))) {
            return fetcher.get(cid);
        }
    }

    /** A fetcher over the store, Bitswap and the other sources of the peer; the caller closes it. */
    Fetcher fetcher(List<PeerAddress> first) {
        return fetcher(first, (source, size) -> {});
    }

    Fetcher fetcher(List<PeerAddress> first, FetchOptions.Progress progress) {
        FetchOptions fetch = FetchOptions.of(content.reputation)
                .withSources(options.sources())
                .withPatience(options.patience())
                .withProgress(progress)
                .withExchange(() -> host.find(Bitswap.class).orElseThrow(), first);
        return Fetcher.of(host.environment(), content.blocks, fetch);
    }

    /**
     * Announces content that is stored here from now on, as often as the network forgets it.
     *
     * @param size in bytes, or −1
     * @param metadata of the caller, kept with the announcement; it does not travel
     * @return whether there was anybody to tell
     */
    public boolean announce(Cid cid, long size, Map<String, String> metadata) throws IOException {
        lock.lock();
        try {
            announcements.put(cid, new Announcement(cid, size, Map.copyOf(metadata)));
            if (announcements.size() > ANNOUNCED) {
                announcements.remove(announcements.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
        var routing = host.find(ContentRouting.class);
        if (routing.isEmpty()) {
            return false;
        }
        routing.get().startProviding(List.of(cid));
        announced.incrementAndGet();
        return true;
    }

    /** The announcements of this peer, the latest 4096. */
    public List<Announcement> announcements() {
        lock.lock();
        try {
            return List.copyOf(announcements.values());
        } finally {
            lock.unlock();
        }
    }

    /** Counters since the start. */
    public Metrics metrics() {
        return new Metrics(
                cacheHits.get(),
                networkHits.get(),
                failures.get(),
                lookups.get(),
                found.get(),
                announced.get(),
                bytes.get());
    }

    /** Counts what is read, and ends the fetch with the file. */
    private final class Retrieved extends BulkInput {
        private final InputStream in;
        private final Fetcher fetcher;

        Retrieved(InputStream in, Fetcher fetcher) {
            this.in = in;
            this.fetcher = fetcher;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            bytes.addAndGet(Math.max(0, count));
            return count;
        }

        @Override
        public void close() throws IOException {
            try {
                in.close();
                fetcher.flush();
            } finally {
                fetcher.close();
            }
        }
    }
}
