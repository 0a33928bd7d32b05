package libp2p.stores;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.blocks.BlockStore;
import libp2p.blocks.StoreException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Blocks as objects of a bucket of S3, or of a store that speaks its protocol, for several nodes at a time. Blocks are
 * durable, as far as the store keeps its promise, when it returns; blocks that come from the store are checked. Blocks
 * are not deleted within a time of grace, see {@link Limits}; what a lease is to keep is dated anew. Thread-safe.
 */
public final class S3BlockStore implements BlockStore {
    private static final int LIST_BYTES = 4 << 20;
    private static final Pattern CONTENTS = Pattern.compile("<Contents>(.*?)</Contents>", Pattern.DOTALL);

    private final Environment environment;
    private final S3Client client;
    private final S3Options options;
    private final Limits limits;

    private S3BlockStore(Environment environment, S3Client client, S3Options options, Limits limits) {
        this.environment = environment;
        this.client = client;
        this.options = options;
        this.limits = limits;
    }

    /** Opens a store, making its bucket if there is none; blocks. */
    public static S3BlockStore open(Environment environment, S3Options options, Limits limits) throws IOException {
        S3Client client = new S3Client(environment, options, limits);
        S3Client.Answer head = client.call("HEAD", "", new TreeMap<>(), new byte[0], LIST_BYTES);
        if (head.status() == 404) {
            S3Client.Answer made = client.call("PUT", "", new TreeMap<>(), new byte[0], LIST_BYTES);
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
            throw new StoreException("s3: " + key + " is damaged: " + e.getMessage(), e);
        }
    }

    @Override
    public int size(Cid cid) throws IOException {
        if (Block.isInherent(cid)) {
            return Block.inherent(cid).length;
        }
        S3Client.Answer answer = client.call("HEAD", key(cid.hash()), new TreeMap<>(), new byte[0], 0);
        return answer.status() == 200 && answer.header("content-length").matches("[0-9]{1,9}")
                ? Integer.parseInt(answer.header("content-length"))
                : -1;
    }

    @Override
    public void putAll(List<Block> blocks) throws IOException {
        List<Block> stored = Incoming.admitted(blocks, this, limits);
        all(stored, block -> {
            String key = key(block.cid().hash());
            S3Client.Answer answer = client.call("PUT", key, new TreeMap<>(), block.data(), LIST_BYTES);
            if (answer.status() != 200) {
                throw S3Client.failed("PUT", key, answer.status(), answer.body());
            }
        });
    }

    @FunctionalInterface
    private interface Action<T> {
        void run(T item) throws IOException;
    }

    /**
     * Does something for all, several at once; the first failure ends it and is thrown when those under way have ended.
     */
    private <T> void all(Collection<T> items, Action<T> action) throws IOException {
        ReentrantLock lock = new ReentrantLock();
        TimedCondition changed = new TimedCondition(environment, lock);
        Iterator<T> left = items.iterator();
        IOException[] failure = new IOException[1];
        int workers = Math.min(limits.atOnce(), items.size());
        int[] running = {workers};
        Runnable worker = () -> {
            try {
                while (true) {
                    T item;
                    lock.lock();
                    try {
                        item = failure[0] == null && left.hasNext() ? left.next() : null;
                    } finally {
                        lock.unlock();
                    }
                    if (item == null) {
                        return;
                    }
                    action.run(item);
                }
            } catch (IOException e) {
                lock.lock();
                try {
                    failure[0] = failure[0] == null ? e : failure[0];
                } finally {
                    lock.unlock();
                }
            } finally {
                lock.lock();
                try {
                    running[0]--;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        };
        for (int i = 0; i < workers; i++) {
            environment.start("s3 blocks", worker);
        }
        lock.lock();
        try {
            while (running[0] > 0) {
                changed.await(Deadline.NONE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while blocks were stored");
        } finally {
            lock.unlock();
        }
        if (failure[0] != null) {
            throw failure[0];
        }
    }

    @Override
    public void delete(Collection<Multihash> hashes) throws IOException {
        all(List.copyOf(hashes), hash -> {
            String key = key(hash);
            S3Client.Answer head = client.call("HEAD", key, new TreeMap<>(), new byte[0], 0);
            if (head.status() == 200 && isOld(head.header("last-modified"))) {
                client.call("DELETE", key, new TreeMap<>(), new byte[0], LIST_BYTES);
            }
        });
    }

    private boolean isOld(String modified) {
        try {
            Instant at = java.time.ZonedDateTime.parse(modified, java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return !at.isAfter(environment.wallClock().minus(limits.grace()));
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        String after = "";
        while (true) {
            TreeMap<String, String> query = new TreeMap<>();
            query.put("list-type", "2");
            query.put("prefix", options.prefix());
            query.put("max-keys", "1000");
            if (!after.isEmpty()) {
                query.put("start-after", after);
            }
            S3Client.Answer answer = client.call("GET", "", query, new byte[0], LIST_BYTES);
            if (answer.status() != 200) {
                throw S3Client.failed("GET", options.bucket(), answer.status(), answer.body());
            }
            String text = new String(answer.body(), StandardCharsets.UTF_8);
            Matcher contents = CONTENTS.matcher(text);
            String last = "";
            while (contents.find()) {
                last = element(contents.group(1), "Key");
                visit(last, element(contents.group(1), "Size"), visitor);
            }
            if (!element(text, "IsTruncated").equals("true") || last.isEmpty()) {
                return;
            }
            after = last;
        }
    }

    private static void visit(String key, String size, Visitor visitor) throws IOException {
        String hex = key.substring(key.lastIndexOf('/') + 1);
        if (hex.matches("([0-9a-f]{2}){3,200}") && size.matches("[0-9]{1,9}")) {
            try {
                visitor.block(Multihash.fromBytes(HexFormat.of().parseHex(hex)), Integer.parseInt(size));
            } catch (MalformedException other) {
                return; // an object of somebody else
            }
        }
    }

    private static String element(String xml, String name) {
        int from = xml.indexOf("<" + name + ">");
        int to = xml.indexOf("</" + name + ">", from);
        return from < 0 || to < 0 ? "" : xml.substring(from + name.length() + 2, to);
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
        return new Lease() {
            @Override
            public void keep(Collection<Multihash> hashes) throws IOException {
                touch(hashes);
            }

            @Override
            public void close() {
                // what was dated anew is young for a while longer
            }
        };
    }

    /** Dates blocks anew, as far as they are here, by writing them again. */
    private void touch(Collection<Multihash> hashes) throws IOException {
        all(List.copyOf(hashes), hash -> {
            Cid cid = Cid.v1(Multicodec.RAW, hash);
            byte[] data = find(cid);
            if (data != null) {
                putAll(List.of(Block.trusted(cid, data)));
            }
        });
    }

    @Override
    public void close() {
        client.close();
    }
}
