package libp2p.delegated.trustless;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.blocks.car.CarReader;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpRequest;
import libp2p.http.HttpRequestException;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSink;
import libp2p.ipld.ContentException;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;

/**
 * Gets blocks from one <a href="https://specs.ipfs.tech/http-gateways/trustless-gateway/">trustless gateway</a>. Every
 * block is checked against its CID; a gateway that sends anything else fails with {@link WrongBytesException}. A
 * gateway that asks to be left alone is, for as long as it says but a minute at most. Thread-safe.
 */
public final class TrustlessClient implements AutoCloseable {
    private static final String RAW = "application/vnd.ipld.raw";
    private static final String CAR = "application/vnd.ipld.car; version=1; order=dfs; dups=n";
    private static final Cid PROBE = Cid.parse("bafkqaaa");
    private static final int BUFFER = 1 << 16;

    private final Environment environment;
    private final HttpClient caller;
    private final TrustlessLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition freed;
    private int running;
    private long resting = Long.MIN_VALUE;

    /** @param caller closed with this client */
    public TrustlessClient(Environment environment, HttpClient caller, TrustlessLimits limits) {
        this.environment = environment;
        this.caller = caller;
        this.limits = limits;
        freed = new TimedCondition(environment, lock);
    }

    /** The gateway, as the key of its reputation. */
    public String name() {
        return caller.name();
    }

    /** Whether it is a trustless gateway: it answers for the empty block. Blocks. */
    public boolean probe(Deadline deadline) throws IOException {
        try (HttpClientResponse reply = send("HEAD", "/ipfs/" + PROBE + "?format=raw", RAW, deadline)) {
            return reply.status() == 200;
        }
    }

    /**
     * A block; blocks until it is here.
     *
     * @throws BlockNotFoundException if the gateway does not have it
     * @throws WrongBytesException if it sends other bytes
     * @throws HttpRequestException if it cannot say
     */
    public byte[] block(Cid cid, Deadline deadline) throws IOException {
        if (Block.isInherent(cid)) {
            return Block.inherent(cid);
        }
        Deadline end = deadline.earlier(Deadline.after(environment, limits.block()));
        try (HttpClientResponse reply = send("GET", "/ipfs/" + cid + "?format=raw", RAW, end)) {
            requireFound(cid, reply);
            byte[] data = reply.bytes("block " + cid + " of " + name(), limits.blockBytes());
            return Block.verified(cid, data).data();
        } catch (MalformedException e) {
            throw new WrongBytesException(name() + ": " + e.getMessage(), e);
        }
    }

    /** Whether the gateway has a block; blocks. */
    public boolean has(Cid cid, Deadline deadline) throws IOException {
        Deadline end = deadline.earlier(Deadline.after(environment, limits.block()));
        try (HttpClientResponse reply = send("HEAD", "/ipfs/" + cid + "?format=raw", RAW, end)) {
            return reply.status() == 200;
        }
    }

    /** The part of a DAG that is wanted. */
    public enum Scope {
        /** The block of the terminus alone. */
        BLOCK,
        /** The blocks that the entity itself needs: those of a file, or of a directory without its entries. */
        ENTITY,
        /** Everything below the terminus. */
        ALL
    }

    /**
     * Gets what is below a root, or as much of it as comes; blocks of the walk are handed to the sink as they come.
     *
     * @param path of the entity below the root, its elements not escaped; may be empty
     * @return whether everything came that the scope names: false for paths and entities, whose end only a reader knows
     * @throws WrongBytesException if a block is none of the DAG
     */
    public boolean archive(Cid root, List<String> path, Scope scope, Budget budget, BlockSink sink, Deadline deadline)
            throws IOException {
        StringBuilder target = new StringBuilder("/ipfs/").append(root);
        path.forEach(part -> target.append('/')
                .append(URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20")));
        target.append("?format=car&dag-scope=").append(scope.name().toLowerCase(Locale.ROOT));
        Deadline end = deadline.earlier(Deadline.after(environment, limits.archive()));
        ExpectedBlocks expected = new ExpectedBlocks(root, budget);
        try (HttpClientResponse reply = send("GET", target.toString(), CAR, end)) {
            requireFound(root, reply);
            CarReader car = new CarReader(new BufferedInputStream(reply.body(), BUFFER));
            for (Block block = car.next(); block != null; block = car.next()) {
                if (expected.accept(block)) {
                    sink.put(block);
                }
            }
            return scope == Scope.ALL && path.isEmpty() && expected.isComplete();
        } catch (ContentException e) {
            if (e.getCause() instanceof MalformedException) {
                throw new WrongBytesException(name() + ": " + e.getMessage(), e);
            }
            throw e;
        }
    }

    private void requireFound(Cid cid, HttpClientResponse reply) throws IOException {
        int status = reply.status();
        if (status == 200) {
            return;
        }
        if (status == 429 || status == 502 || status == 503 || status == 504) {
            rest(reply.header("retry-after"));
            throw new HttpRequestException(name() + " is busy: status " + status, status, true, null);
        }
        if (status >= 300 && status < 500) { // redirects too: none is followed
            throw new BlockNotFoundException(cid, name() + " answered with status " + status);
        }
        throw new HttpRequestException(name() + " answered with status " + status, status, true, null);
    }

    private void rest(String retryAfter) {
        long seconds = retryAfter.matches("[0-9]{1,9}") ? Long.parseLong(retryAfter) : 1;
        long nanos = Math.min(seconds * 1_000_000_000L, limits.cooldown().toNanos());
        lock.lock();
        try {
            resting = Math.max(resting, environment.nanoTime() + nanos);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the gateway has asked to be left alone until later. */
    public boolean isResting() {
        lock.lock();
        try {
            return resting != Long.MIN_VALUE && environment.nanoTime() - resting < 0;
        } finally {
            lock.unlock();
        }
    }

    private HttpClientResponse send(String method, String target, String accept, Deadline deadline) throws IOException {
        if (isResting()) {
            throw new HttpRequestException(name() + " has asked to be left alone", 0, true, null);
        }
        begin(deadline);
        boolean answered = false;
        try {
            HttpClientResponse reply = caller.send(
                    HttpRequest.of(method, target, Map.of("Accept", accept, "Accept-Encoding", "identity")), deadline);
            answered = true;
            return new HttpClientResponse(reply.status(), reply.headers(), new CountedBody(reply.body(), this::end));
        } finally {
            if (!answered) {
                end();
            }
        }
    }

    private void begin(Deadline deadline) throws IOException {
        lock.lock();
        try {
            while (running >= limits.atOnce()) {
                if (!freed.await(deadline)) {
                    throw new HttpRequestException("no turn at " + name() + " came in time", 0, true, null);
                }
            }
            running++;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a turn at " + name());
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            running--;
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        caller.close();
    }
}
