package libp2p.benchmarks.storage;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The process in a JVM of its own: to be timed from its start, or to be killed. */
final class Child {
    private Child() {}

    /** {@code open ENGINE FOLDER} or {@code write ENGINE FOLDER ROUND}. */
    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "open" -> open(arguments[1], Path.of(arguments[2]));
            case "write" -> write(arguments[1], Path.of(arguments[2]), Integer.parseInt(arguments[3]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** Prints how many entries there are and the milliseconds of opening and reading all of them. */
    private static void open(String name, Path folder) throws Exception {
        long start = System.nanoTime();
        int[] count = {0};
        try (Engine engine = Engine.open(name, folder)) {
            engine.scan((key, value) -> count[0]++);
            System.out.println(count[0] + " " + (System.nanoTime() - start) / 1_000_000);
        }
    }

    /** Writes batches for ever and prints the number of each that was acknowledged. */
    private static void write(String name, Path folder, int round) throws Exception {
        Random random = new Random(round);
        Engine engine = Engine.open(name, folder);
        for (int batch = 0; ; batch++) {
            engine.write(batch(round, batch, random));
            System.out.println(batch);
            System.out.flush();
        }
    }

    private static List<Engine.Entry> batch(int round, int batch, Random random) {
        List<Engine.Entry> entries = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            byte[] value = new byte[600];
            random.nextBytes(value);
            entries.add(new Engine.Entry(key(round, batch, i), value));
        }
        return entries;
    }

    static byte[] key(int round, int batch, int index) {
        return ByteBuffer.allocate(12).putInt(round).putInt(batch).putInt(index).array();
    }
}
