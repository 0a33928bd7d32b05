package libp2p.fetch;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.NetworkFailure;
import libp2p.delegated.trustless.WrongBytesException;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * The fetch of one block: the best source is asked, and the next best too when the one before is slower than it used to
 * be, or has failed. The first answer wins and ends the others.
 */
final class BlockRace {
    private static final double SHORTEST_HEDGE = 0.25;
    private static final double LONGEST_HEDGE = 5;

    /**
     * Number of times that all sources which failed for a passing reason are asked again, the first time after so long,
     * then twice as long.
     */
    private static final int RETRIES = 3;

    private static final long FIRST_RETRY_NANOS = 250_000_000;

    private final Environment environment;
    private final Cid cid;
    private final SourceTable table;
    private final FetchOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final List<Thread> running = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final List<FetchSource> passing = new ArrayList<>();
    private byte @Nullable [] data;
    private String winner = "";
    private int active;
    private boolean over;

    BlockRace(Environment environment, Cid cid, SourceTable table, FetchOptions options) {
        this.environment = environment;
        this.cid = cid;
        this.table = table;
        this.options = options;
        changed = new TimedCondition(environment, lock);
    }

    /** Runs the race; blocks until a block has come or no source is left. */
    Block run() throws IOException {
        Deadline deadline = Deadline.after(environment, options.patience());
        List<FetchSource> tried = new ArrayList<>();
        int retries = 0;
        try {
            while (true) {
                FetchSource next = deadline.passed(environment) ? null : table.best(tried);
                if (next != null) {
                    tried.add(next);
                    launch(next, deadline);
                }
                byte[] got = await(next == null ? deadline : hedge(next).earlier(deadline), next == null);
                if (got != null) {
                    options.progress().block(winner, got.length);
                    return Block.trusted(cid, got);
                }
                if (next == null && isIdle() && retries < RETRIES && tryAgain(tried, retries, deadline)) {
                    retries++;
                    continue;
                }
                if (next == null && isIdle()) {
                    throw new BlockNotFoundException(cid, story(tried));
                }
                if (next == null && deadline.passed(environment)) {
                    throw new BlockNotFoundException(
                            cid, "nothing came within " + options.patience() + "; " + story(tried));
                }
            }
        } finally {
            end();
        }
    }

    /** Waits a while and lets those be asked again that failed for a passing reason; false if there are none. */
    private boolean tryAgain(List<FetchSource> tried, int retries, Deadline deadline) throws IOException {
        lock.lock();
        try {
            if (passing.isEmpty() || deadline.passed(environment)) {
                return false;
            }
            Deadline later = Deadline.afterNanos(environment, FIRST_RETRY_NANOS << retries)
                    .earlier(deadline);
            while (!later.passed(environment)) {
                changed.await(later);
            }
            tried.removeAll(passing);
            passing.clear();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while fetching " + cid);
        } finally {
            lock.unlock();
        }
    }

    private Deadline hedge(FetchSource source) {
        double seconds = 3 * options.reputation().latency(source.name());
        return Deadline.afterNanos(
                environment, (long) (1e9 * Math.min(LONGEST_HEDGE, Math.max(SHORTEST_HEDGE, seconds))));
    }

    private void launch(FetchSource source, Deadline deadline) {
        lock.lock();
        try {
            active++;
            table.begin(source);
            running.add(environment.start("fetch", () -> attempt(source, deadline)));
        } finally {
            lock.unlock();
        }
    }

    private void attempt(FetchSource source, Deadline deadline) {
        long began = environment.nanoTime();
        byte[] got = null;
        String failure = "";
        try {
            got = source.block(cid, deadline);
            options.reputation().succeeded(source.name(), got.length, environment.nanoTime() - began);
        } catch (InterruptedIOException e) {
            failure = isOver() ? "" : String.valueOf(e.getMessage()); // a deadline, or another source was faster
        } catch (WrongBytesException e) {
            failure = String.valueOf(e.getMessage());
            table.lied(source, e);
        } catch (BlockNotFoundException e) {
            failure = String.valueOf(e.getMessage());
            options.reputation().lacked(source.name());
        } catch (IOException e) {
            failure = String.valueOf(e.getMessage());
            if (!isOver()) {
                options.reputation().failed(source.name());
                passed(source, e);
            }
        } finally {
            table.end(source);
            ended(source, got, failure);
        }
    }

    private void passed(FetchSource source, IOException failure) {
        if (NetworkFailure.isRetryable(failure)) {
            lock.lock();
            try {
                passing.add(source);
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean isOver() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }

    private void ended(FetchSource source, byte @Nullable [] got, String failure) {
        lock.lock();
        try {
            active--;
            running.remove(Thread.currentThread());
            if (got != null && data == null) {
                data = got;
                winner = source.name();
            }
            if (!failure.isEmpty() && failures.size() < 8) {
                failures.add(failure);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for data, for a failure (unless no source is left to ask and others still run), or for the deadline. */
    private byte @Nullable [] await(Deadline deadline, boolean last) throws IOException {
        lock.lock();
        try {
            int failed = failures.size();
            while (data == null && active > 0 && (last || failures.size() == failed)) {
                if (!changed.await(deadline)) {
                    break;
                }
            }
            return data;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while fetching " + cid);
        } finally {
            lock.unlock();
        }
    }

    private boolean isIdle() {
        lock.lock();
        try {
            return active == 0;
        } finally {
            lock.unlock();
        }
    }

    private String story(List<FetchSource> tried) {
        lock.lock();
        try {
            return tried.isEmpty()
                    ? "there is no source to ask"
                    : tried.size() + " sources were asked; " + String.join("; ", failures);
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            over = true;
            running.forEach(Thread::interrupt);
        } finally {
            lock.unlock();
        }
    }
}
