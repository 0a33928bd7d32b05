package libp2p.stores;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import libp2p.blocks.StoreException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/**
 * Keeps writers and collections of a bucket apart, since a request that removes an object whatever has become of it is
 * all that every object store has. A collection names the objects in a mark (their tombstones) before it looks at each
 * for a second time and removes it, and then writes an object that tells writers that a collection has removed
 * something. A writer looks for both after it has written. Thread-safe.
 */
final class S3Sweeps {
    private static final int MARK_BYTES = 4 << 20;
    private static final int AT_ONCE = 1000;
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final Environment environment;
    private final S3Client client;
    private final S3Options options;
    private final SharedStoreLimits limits;
    private final String marks;
    private final String trace;
    private volatile @Nullable String known;

    S3Sweeps(Environment environment, S3Client client, S3Options options, SharedStoreLimits limits) {
        this.environment = environment;
        this.client = client;
        this.options = options;
        this.limits = limits;
        marks = options.prefix() + "shared/sweeps/"; // listed before the trace, which is written before a mark goes
        trace = options.prefix() + "shared/swept";
    }

    /** What a listing shows: the marks, their dates, the trace of ended collections, and the time of the store. */
    private record View(List<S3Listing.Item> marks, String trace, Instant now) {}

    private View look() throws IOException {
        List<S3Listing.Item> found = new ArrayList<>();
        String[] tag = {""};
        Instant now = S3Listing.each(client, options.bucket(), options.prefix() + "shared/sw", item -> {
            if (item.key().equals(trace)) {
                tag[0] = item.tag();
            } else if (item.key().startsWith(marks)) {
                found.add(item);
            }
        });
        return new View(found, tag[0], now);
    }

    private String random() {
        byte[] random = new byte[16];
        environment.secureRandom(random);
        return HexFormat.of().formatHex(random);
    }

    /** Removes objects. */
    @FunctionalInterface
    interface Removal {
        /** Looks at an object and removes it if it may go. Its requests arrive within the time that they are told. */
        void remove(String key) throws IOException;
    }

    /**
     * Removes objects, with marks. If a request fails, whose outcome is then unknown, its mark stays until no request
     * can arrive any more.
     */
    void sweep(List<String> keys, Removal removal) throws IOException {
        for (int from = 0; from < keys.size(); from += AT_ONCE) {
            List<String> some = keys.subList(from, Math.min(keys.size(), from + AT_ONCE));
            String mark = marks + random();
            Deadline end = Deadline.after(environment, limits.late());
            client.put(mark, String.join("\n", some).getBytes(StandardCharsets.UTF_8));
            Together.run(environment, limits.atOnce(), some, key -> {
                if (end.passed(environment)) {
                    throw new StoreException(
                            "s3: removing " + some.size() + " blocks takes more than " + limits.late()
                                    + "; the rest stays until the next collection",
                            null);
                }
                removal.remove(key);
            });
            end(mark);
        }
    }

    private void end(String mark) throws IOException {
        client.put(trace, random().getBytes(StandardCharsets.US_ASCII));
        client.delete(mark);
    }

    /**
     * Notes which collections have ended; to be called before something is written. The trace is made here if there is
     * none, so that no listing sees its folder without it and then misses the first one.
     */
    String before() throws IOException {
        String last = known;
        if (last == null) {
            last = look().trace();
            if (last.isEmpty()) {
                client.put(trace, random().getBytes(StandardCharsets.US_ASCII));
                last = look().trace();
            }
        }
        return last;
    }

    /** Writes objects again that are there no more. */
    @FunctionalInterface
    interface Repair {
        void repair() throws IOException;
    }

    /**
     * Returns when no collection can remove objects that the caller has written any more; blocks while one may.
     *
     * @param before of {@link #before}
     * @param repair called when one may have
     * @throws StoreException if a mark stays too long: its collection has ended without removing it
     */
    void settle(String before, Collection<String> written, Repair repair) throws IOException {
        Set<String> own = new HashSet<>(written);
        Deadline deadline = Deadline.after(environment, limits.request());
        String last = before;
        while (true) {
            View view = look();
            if (isContested(view, own)) {
                await(deadline);
            } else if (view.trace().equals(last)) {
                known = last;
                return;
            } else {
                repair.repair();
                last = view.trace();
            }
        }
    }

    private boolean isContested(View view, Set<String> own) throws IOException {
        boolean contested = false;
        Instant dead = view.now().minus(limits.late().multipliedBy(2)).minusSeconds(2); // dates have whole seconds
        for (S3Listing.Item mark : view.marks()) {
            if (mark.modified().isBefore(dead)) {
                end(mark.key());
                contested = true;
                continue;
            }
            S3Client.Answer answer = client.call("GET", mark.key(), new TreeMap<>(), new byte[0], MARK_BYTES);
            if (answer.status() == 404) {
                contested = true; // it has just ended: look again
            } else if (answer.status() != 200) {
                throw S3Client.failed("GET", mark.key(), answer.status(), answer.body());
            } else {
                contested |= new String(answer.body(), StandardCharsets.UTF_8)
                        .lines()
                        .anyMatch(own::contains);
            }
        }
        return contested;
    }

    private void await(Deadline deadline) throws IOException {
        if (deadline.passed(environment)) {
            throw new StoreException(
                    "s3: blocks that were put are being removed by a collection that does not end; put them again in "
                            + limits.late().multipliedBy(2),
                    null);
        }
        Deadline again = Deadline.after(environment, PATIENCE).earlier(deadline);
        while (!again.passed(environment)) {
            environment.park(this, again);
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while a collection was waited for");
            }
        }
    }
}
