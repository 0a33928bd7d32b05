package libp2p.ipfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.blocks.BlockStore;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Environment;
import libp2p.core.metrics.HostObserver;
import libp2p.core.metrics.TrafficCounter;
import org.jspecify.annotations.Nullable;

/**
 * Measures what the process of a peer uses: memory, disk, bandwidth and up-time. Give it to the builder of the host as
 * an observer, so that it counts bytes. Thread-safe.
 */
public final class ResourceMeter implements HostObserver {
    private final Environment environment;
    private final long begun;
    private final long bitsPerSecond;
    private final LongAdder bytes = new LongAdder();
    private final TrafficCounter traffic = new TrafficCounter() {
        @Override
        public void read(long count) {
            bytes.add(count);
        }

        @Override
        public void written(long count) {
            bytes.add(count);
        }
    };
    private final ReentrantLock lock = new ReentrantLock();
    private long lastBytes;
    private long lastNanos;
    private long lastRate;

    /** @param bitsPerSecond that the peer may use; 0 if nothing bounds it */
    public ResourceMeter(Environment environment, long bitsPerSecond) {
        this.environment = environment;
        this.bitsPerSecond = bitsPerSecond;
        begun = environment.nanoTime();
        lastNanos = begun;
    }

    @Override
    public TrafficCounter traffic(Stream stream) {
        return traffic;
    }

    /**
     * What is used now: memory of the heap, the bytes of the blocks, the payload of all streams in both directions
     * since the measurement before, and the time since this meter was made. Blocks for the disk.
     */
    public RoleAdvisor.Resources used(BlockStore blocks) throws IOException {
        Runtime runtime = Runtime.getRuntime();
        return new RoleAdvisor.Resources(
                runtime.totalMemory() - runtime.freeMemory(), blocks.usage().bytes(), rate(), uptimeHours());
    }

    /**
     * What the peer may use: memory that the heap may grow to; the blocks that are there with the room that is left on
     * their disk; the bound on bandwidth where there is one, since a line that is not full does not tell its width; and
     * the time since this meter was made. Blocks for the disk.
     *
     * @param folder of the blocks, null if they are in memory
     */
    public RoleAdvisor.Resources available(BlockStore blocks, @Nullable Path folder) throws IOException {
        long memory = Runtime.getRuntime().maxMemory();
        long disk = folder == null
                ? memory
                : blocks.usage().bytes() + Files.getFileStore(folder).getUsableSpace();
        return new RoleAdvisor.Resources(
                memory, disk, bitsPerSecond == 0 ? Long.MAX_VALUE : bitsPerSecond, uptimeHours());
    }

    private double uptimeHours() {
        return (environment.nanoTime() - begun) / (double) Duration.ofHours(1).toNanos();
    }

    private long rate() {
        lock.lock();
        try {
            long now = environment.nanoTime();
            long sum = bytes.sum();
            if (now - lastNanos > 0) {
                lastRate = (long) ((sum - lastBytes) * 8e9 / (now - lastNanos));
                lastBytes = sum;
                lastNanos = now;
            }
            return lastRate;
        } finally {
            lock.unlock();
        }
    }
}
