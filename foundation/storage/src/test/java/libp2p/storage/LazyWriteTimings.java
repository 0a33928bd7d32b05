package libp2p.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.Datastore.Change;
import libp2p.system.SystemEnvironment;

/**
 * Prints how many lazily durable writes of one entry a namespace takes each second, from one thread and from several,
 * and checks that all of them exist after the file was opened again. Arguments: a folder, the number of writes, and the
 * most writers (4).
 */
final class LazyWriteTimings {
    private static final int VALUE_BYTES = 100;
    private static final Duration WITHIN = Duration.ofSeconds(1);

    private LazyWriteTimings() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int writes = Integer.parseInt(arguments[1]);
        int most = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 4;
        for (int writers = 1; writers <= most; writers *= 2) {
            for (int round = 1; round <= 3; round++) {
                Path file = folder.resolve("store-" + writers + "-" + round);
                measure(file, writes, writers);
                check(file, writes);
                Files.delete(file);
            }
        }
    }

    private static void measure(Path file, int writes, int writers) throws IOException, InterruptedException {
        try (FileDatastore store = FileDatastore.open(SystemEnvironment.shared(), file)) {
            Datastore names = store.namespace("lazy");
            Duration cpu = cpu();
            long start = System.nanoTime();
            List<Thread> threads = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int first = writer;
                threads.add(Thread.ofVirtual().start(() -> write(names, first, writes, writers)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            double written = seconds(start);
            names.sync();
            System.out.printf(
                    "%d writers, %d writes of %d bytes: %,.0f each second, %,.0f with the force at the end,"
                            + " %.1f µs of processor time each%n",
                    writers,
                    writes,
                    VALUE_BYTES,
                    writes / written,
                    writes / seconds(start),
                    cpu().minus(cpu).toNanos() / 1e3 / writes);
        }
    }

    private static void write(Datastore names, int first, int writes, int writers) {
        try {
            for (int i = first; i < writes; i += writers) {
                names.writeLazily(List.of(new Change(key(i), value(i))), WITHIN);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(Path file, int writes) throws IOException {
        try (FileDatastore store = FileDatastore.open(SystemEnvironment.shared(), file)) {
            Datastore names = store.namespace("lazy");
            for (int i = 0; i < writes; i++) {
                byte[] found = names.get(key(i));
                if (found == null || ByteBuffer.wrap(found).getInt() != i) {
                    throw new IllegalStateException("write " + i + " is lost");
                }
            }
        }
    }

    /** Of the process, with the collector and the compilers. */
    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /** Spread over the keys, as hashes are. */
    private static byte[] key(int number) {
        return ByteBuffer.allocate(8)
                .putInt(Integer.reverse(number))
                .putInt(number)
                .array();
    }

    private static byte[] value(int number) {
        return ByteBuffer.allocate(VALUE_BYTES).putInt(number).array();
    }
}
