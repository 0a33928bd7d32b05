package libp2p.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where programs are, and the figures of a process in Linux's {@code /proc}. */
final class Processes {
    private static final double TICKS_PER_SECOND = 100;
    private static final long PAGE = 4096;

    private Processes() {}

    /** The program of a peer of {@code quality/interop/peers}, which need not be built. */
    static Path peer(String name) {
        Path peers = Path.of(System.getenv().getOrDefault("P2P_PEERS", "quality/interop/build"));
        return peers.resolve(name).resolve("peer").toAbsolutePath();
    }

    /** User and system time in seconds, in steps of 10 ms. */
    static double cpuSeconds(long pid) throws IOException {
        return cpuSeconds(Files.readString(Path.of("/proc/" + pid + "/stat")));
    }

    static double cpuSeconds(String stat) {
        // The second field is the program's name in parentheses and may hold anything; utime and stime are 14 and 15.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** User and system time of all processes that this one started and that have ended, with those they started. */
    static double cpuSecondsOfTheEnded() throws IOException {
        return cpuSecondsOfTheEnded(Files.readString(Path.of("/proc/self/stat")));
    }

    static double cpuSecondsOfTheEnded(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / TICKS_PER_SECOND;
    }

    static long residentBytes(long pid) throws IOException {
        return PAGE
                * Long.parseLong(
                        Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ")[1]);
    }

    /** Number of files that this process and its children may open after they have asked for the most. */
    static long openFileLimit() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(one -> one.startsWith("Max open files"))
                .findFirst()
                .orElseThrow();
        String hard = line.split("\\s+")[4];
        return hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard);
    }

    /** The one-minute load average. */
    static double load() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    }
}
