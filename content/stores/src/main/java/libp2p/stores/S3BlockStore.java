package libp2p.stores;

import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import libp2p.blocks.BlockStore;
import libp2p.core.environment.Environment;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Blocks as objects of a bucket of S3, or of a store that speaks its protocol, for several nodes at a time. Blocks are
 * durable, as far as the store keeps its promise, when {@code put} returns. Blocks that come from the store are checked;
 * a damaged one counts as missing, until it is put again. Leases are recorded in the bucket, where all nodes see them:
 * no node removes what another one writes or keeps under a lease, nor what was written within a time of grace. The
 * store has to be consistent, as S3 is, and to refuse requests that were signed too long before, see {@link SharedStoreLimits}.
 * Thread-safe.
 */
public final class S3BlockStore implements BlockStore {
    private final Environment environment;
    private final S3Client client;
    private final S3Options options;
    private final SharedStoreLimits limits;
    private final SharedLeases leases;
    private final S3Sweeps sweeps;
    private final LostBlocks lost;

    private S3BlockStore(Environment environment, S3Client client, S3Options options, SharedStoreLimits limits) {
        this.environment = environment;
        this.client = client;
        this.options = options;
        this.limits = limits;
        leases = new SharedLeases(environment, limits, new S3Leases(client, options, limits), this::date);
        sweeps = new S3Sweeps(environment, client, options, limits);
        lost = new LostBlocks("s3 " + options);
    }

    /** Opens a store, making its bucket if there is none; blocks. */
    public static S3BlockStore open(Environment environment, S3Options options, SharedStoreLimits limits)
            throws IOException {
        S3Client client = new S3Client(environment, options, limits);
        if (client.call("HEAD", "", 0).status() == 404) {
            S3Client.Answer made = client.call("PUT", "", S3Client.ERROR_BYTES);
            if (made.status() != 200 && made.status() != 409) {
                throw S3Client.failed("PUT", options.bucket(), made.status(), made.body());
            }
        }
        return new S3BlockStore(environment, client, options, limits);
    }

    private String key(Multihash hash) {
        String hex = HexFormat.of().formatHex(hash.toBytes());
        return options.prefix() + hex.substring(hex.length() - 2) + "/" + hex;
    }

    @Override
    public byte @Nullable [] find(Cid cid) throws IOException {
        if (Block.isInherent(cid)) {
            return Block.inherent(cid);
        }
        String key = key(cid.hash());
        S3Client.Answer answer = client.call("GET", key, new TreeMap<>(), new byte[0], limits.blockBytes());
        if (answer.status() == 404) {
            return null;
        }
        if (answer.status() != 200) {
            throw S3Client.failed("GET", key, answer.status(), answer.body());
        }
        try {
            return Block.verified(cid, answer.body()).data();
        } catch (MalformedException e) {
            lost.add(cid.hash(), key, e);
            return null;
        }
    }

    @Override
    public int size(Cid cid) throws IOException {
        if (Block.isInherent(cid)) {
            return Block.inherent(cid).length;
        }
        S3Client.Answer answer = client.call("HEAD", key(cid.hash()), 0);
        return answer.status() == 200 && answer.header("content-length").matches("[0-9]{1,9}") && !lost.has(cid.hash())
                ? Integer.parseInt(answer.header("content-length"))
                : -1;
    }

    @Override
    public void putAll(List<Block> blocks) throws IOException {
        leases.check();
        write(Incoming.admitted(blocks, this, limits));
        leases.check();
    }

    /** Writes blocks so that no collection that is under way removes them. */
    private void write(List<Block> blocks) throws IOException {
        if (blocks.isEmpty()) {
            return;
        }
        String before = sweeps.before();
        Together.run(environment, limits.atOnce(), blocks, this::write);
        sweeps.settle(
                before,
                blocks.stream().map(block -> key(block.cid().hash())).toList(),
                () -> Together.run(environment, limits.atOnce(), blocks, block -> {
                    if (client.call("HEAD", key(block.cid().hash()), 0).status() != 200) {
                        write(block);
                    }
                }));
        lost.healed(blocks);
    }

    private void write(Block block) throws IOException {
        client.put(key(block.cid().hash()), block.data());
    }

    /**
     * Dates blocks anew by writing them again: copying an object onto itself does not change its date in every store.
     * Those that are young enough for every collection, even one that has begun, are left as they are.
     */
    private void date(Collection<Multihash> hashes) throws IOException {
        List<Multihash> all = List.copyOf(hashes);
        for (int from = 0; from < all.size(); from += limits.atOnce()) { // as many in memory as in a put
            List<Block> old = new CopyOnWriteArrayList<>();
            Together.run(
                    environment,
                    limits.atOnce(),
                    all.subList(from, Math.min(all.size(), from + limits.atOnce())),
                    hash -> {
                        Cid cid = Cid.v1(Multicodec.RAW, hash);
                        S3Client.Answer head = client.call("HEAD", key(hash), 0);
                        if (Block.isInherent(cid) || head.status() != 200 || isYoung(head)) {
                            return;
                        }
                        byte[] data = find(cid);
                        if (data != null) {
                            old.add(Block.trusted(cid, data));
                        }
                    });
            write(old);
        }
    }

    /** Half of the grace is left to the clocks of the store. */
    private boolean isYoung(S3Client.Answer head) throws IOException {
        return head.modified().isAfter(head.date().minus(limits.grace().dividedBy(2)));
    }

    @Override
    public List<Multihash> delete(Collection<Multihash> hashes) throws IOException {
        try (Lease lease = lease()) {
            Instant oldest = leases.horizon().minus(limits.grace());
            Set<String> removed = ConcurrentHashMap.newKeySet();
            sweeps.sweep(hashes.stream().map(this::key).toList(), key -> {
                S3Client.Answer head = client.call("HEAD", key, 0);
                if (head.status() == 200 && head.modified().isBefore(oldest)) {
                    client.delete(key);
                    removed.add(key);
                }
            });
            return hashes.stream().filter(hash -> removed.contains(key(hash))).toList();
        }
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        S3Listing.each(client, options.bucket(), options.prefix(), item -> {
            Multihash hash = hash(item.key());
            if (hash != null && item.size() <= Integer.MAX_VALUE) {
                visitor.block(hash, (int) item.size());
            }
        });
    }

    /** The hash of a block, or null for another object. */
    private @Nullable Multihash hash(String key) {
        String hex = key.substring(key.lastIndexOf('/') + 1);
        try {
            Multihash hash = hex.matches("([0-9a-f]{2}){3,200}")
                    ? Multihash.fromBytes(HexFormat.of().parseHex(hex))
                    : null;
            return hash != null && key(hash).equals(key) ? hash : null;
        } catch (MalformedException other) {
            return null;
        }
    }

    @Override
    public Usage usage() throws IOException {
        long[] counts = new long[2];
        forEach((hash, size) -> {
            counts[0]++;
            counts[1] += size;
        });
        return new Usage(counts[0], counts[1]);
    }

    @Override
    public Lease lease() {
        return leases.take();
    }

    @Override
    public void close() {
        leases.close();
        client.close();
    }
}
