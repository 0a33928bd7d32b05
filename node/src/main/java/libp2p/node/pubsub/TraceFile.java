package libp2p.node.pubsub;

import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.messaging.OutboundQueue;
import libp2p.core.messaging.OutboundQueueLimits;
import org.jspecify.annotations.Nullable;

/**
 * Lines that are written to a file by a thread of their own; lines that find no room are dropped and counted at the
 * end.
 */
final class TraceFile implements HostService {
    private static final System.Logger LOG = System.getLogger(TraceFile.class.getName());
    private static final int MOST_LINES = 20_000;
    private static final long MOST_BYTES = 8L << 20;

    private final BufferedWriter out;
    private final AtomicLong early = new AtomicLong();
    private volatile @Nullable OutboundQueue<String> queue;
    private volatile @Nullable Thread writer;

    private TraceFile(BufferedWriter out) {
        this.out = out;
    }

    /** Creates or empties a file. */
    static TraceFile open(Path file) throws IOException {
        return new TraceFile(Files.newBufferedWriter(file));
    }

    /** Queues a line; never blocks. */
    void add(String line) {
        OutboundQueue<String> current = queue;
        if (current == null) {
            early.incrementAndGet();
        } else {
            current.offer(line, 0, line.length(), Deadline.NONE);
        }
    }

    @Override
    public void start(Host host) {
        OutboundQueue<String> made =
                new OutboundQueue<>(host.environment(), 1, new OutboundQueueLimits(MOST_LINES, MOST_BYTES));
        queue = made;
        writer = host.environment().start("pubsub-trace", () -> write(made));
    }

    private void write(OutboundQueue<String> lines) {
        try (out) {
            String line;
            while ((line = lines.take(Deadline.NONE)) != null) {
                while (line != null) {
                    out.write(line);
                    out.write('\n');
                    line = lines.poll();
                }
                out.flush();
            }
            long lost = lines.drops(0).noRoom() + early.get();
            if (lost > 0) {
                out.write("{\"event\":\"LOST\",\"count\":" + lost + "}\n");
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, () -> "the trace of pubsub ends: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until what was queued is written. */
    @Override
    public void close() {
        OutboundQueue<String> current = queue;
        Thread writing = writer;
        if (current == null || writing == null) {
            return;
        }
        current.close();
        try {
            writing.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
