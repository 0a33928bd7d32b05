package libp2p.benchmarks.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Measures the engines one after the other and prints a Markdown table: {@code [FOLDER] [ENGINE…]}. */
final class StorageMeasurement {
    private static final int PEERS = 100_000;
    private static final int VALUE = 600;
    private static final int KILLS = 20;
    private static final long SECONDS = 3;

    private final Path root;
    private final Random random = new Random(1);

    private StorageMeasurement(Path root) {
        this.root = root;
    }

    public static void main(String[] arguments) throws Exception {
        Path root = arguments.length > 0 ? Path.of(arguments[0]) : Files.createTempDirectory("storage");
        List<String> names = arguments.length > 1 ? List.of(arguments).subList(1, arguments.length) : Engine.NAMES;
        System.out.println("| engine | durable writes of one entry, /s | the same from 8 threads, /s "
                + "| durable batches of 100, entries/s | 100,000 entries of 600 B: size, MB "
                + "| after each was written 3 times, MB | open and read all in a new JVM, ms | lost after kill -9 |");
        System.out.println("|---|--:|--:|--:|--:|--:|--:|--:|");
        for (String name : names) {
            Path folder = Files.createDirectories(root.resolve(name));
            try {
                new StorageMeasurement(folder).measure(name);
            } finally {
                delete(folder);
            }
        }
    }

    private void measure(String name) throws Exception {
        StringBuilder row = new StringBuilder("| " + name);
        Path rates = Files.createDirectories(root.resolve("rates"));
        try (Engine engine = Engine.open(name, rates)) {
            rate(engine, 1, 1);
            row.append(" | ").append(rate(engine, 1, 1));
            row.append(" | ").append(rate(engine, 8, 1));
            row.append(" | ").append(rate(engine, 1, 100));
        }
        Path peers = Files.createDirectories(root.resolve("peers"));
        load(name, peers, 1);
        row.append(" | ").append(megabytes(peers));
        load(name, peers, 2);
        row.append(" | ").append(megabytes(peers));
        row.append(" | ").append(openMillis(name, peers));
        row.append(" | ").append(killed(name));
        System.out.println(row.append(" |"));
    }

    /** Entries per second. */
    private long rate(Engine engine, int threads, int batch) throws InterruptedException {
        AtomicInteger written = new AtomicInteger();
        long start = System.nanoTime();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Random mine = new Random(i);
            writers.add(Thread.ofPlatform().start(() -> {
                while (System.nanoTime() - start < SECONDS * 1_000_000_000) {
                    write(engine, entries(mine, batch));
                    written.addAndGet(batch);
                }
            }));
        }
        for (Thread writer : writers) {
            writer.join();
        }
        return written.get() * 1_000_000_000L / (System.nanoTime() - start);
    }

    private static void write(Engine engine, List<Engine.Entry> entries) {
        try {
            engine.write(entries);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Engine.Entry> entries(Random random, int count) {
        List<Engine.Entry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] value = new byte[VALUE];
            random.nextBytes(value);
            entries.add(new Engine.Entry(
                    ByteBuffer.allocate(32).putLong(random.nextLong()).array(), value));
        }
        return entries;
    }

    /** Writes every peer as often as said, in batches and in random order, as peers come. */
    private void load(String name, Path folder, int times) throws Exception {
        try (Engine engine = Engine.open(name, folder)) {
            for (int i = 0; i < times * PEERS / 100; i++) {
                List<Engine.Entry> batch = new ArrayList<>(100);
                for (int j = 0; j < 100; j++) {
                    byte[] value = new byte[VALUE];
                    random.nextBytes(value);
                    long scattered = (i * 100L + j) % PEERS * 0x9E3779B97F4A7C15L;
                    batch.add(new Engine.Entry(
                            ByteBuffer.allocate(38).putLong(scattered).array(), value));
                }
                engine.write(batch);
            }
        }
    }

    private static String megabytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            long bytes = files.filter(Files::isRegularFile)
                    .mapToLong(StorageMeasurement::allocated)
                    .sum();
            return String.valueOf(bytes / 1_000_000);
        }
    }

    /** The space of the file on the disk: LMDB's has holes. */
    private static long allocated(Path file) {
        try {
            Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
            return 512 * Long.parseLong(new String(stat.getInputStream().readAllBytes()).trim());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String openMillis(String name, Path folder) throws Exception {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Process child = child("open", name, folder.toString());
            String[] answer = new String(child.getInputStream().readAllBytes())
                    .lines()
                    .reduce("", (first, last) -> last)
                    .split(" ");
            if (!answer[0].equals(String.valueOf(PEERS))) {
                return "only " + answer[0] + " entries";
            }
            millis.add(Long.parseLong(answer[1]));
        }
        return String.valueOf(millis.stream().sorted().toList().get(1));
    }

    /** Kills a writer at random moments and counts acknowledged batches that are not there whole. */
    private String killed(String name) throws Exception {
        Path folder = Files.createDirectories(root.resolve("killed"));
        Map<Integer, Integer> acknowledged = new HashMap<>();
        for (int round = 0; round < KILLS; round++) {
            Process child = child("write", name, folder.toString(), String.valueOf(round));
            int last = -1;
            int until = 5 + random.nextInt(300);
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(child.getInputStream()))) {
                String line;
                while ((line = lines.readLine()) != null) {
                    last = Integer.parseInt(line);
                    if (last >= until) {
                        child.toHandle().destroyForcibly(); // leaves the pipe open, with what was acknowledged
                    }
                }
            }
            child.waitFor();
            acknowledged.put(round, last);
        }
        int lost = lost(name, folder, acknowledged);
        return lost + " of "
                + acknowledged.values().stream().mapToInt(i -> i + 1).sum() + " batches in " + KILLS + " kills";
    }

    private static int lost(String name, Path folder, Map<Integer, Integer> acknowledged) throws Exception {
        Map<Long, Integer> found = new HashMap<>();
        try (Engine engine = Engine.open(name, folder)) {
            engine.scan((key, value) -> found.merge(ByteBuffer.wrap(key).getLong(), 1, Integer::sum));
        }
        int lost = 0;
        for (Map.Entry<Integer, Integer> each : acknowledged.entrySet()) {
            for (int batch = 0; batch <= each.getValue(); batch++) {
                if (found.getOrDefault((long) each.getKey() << 32 | batch, 0) != 10) {
                    lost++;
                }
            }
        }
        return lost;
    }

    private static Process child(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
