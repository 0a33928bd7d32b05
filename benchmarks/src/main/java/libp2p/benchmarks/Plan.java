package libp2p.benchmarks;

import java.util.List;

/**
 * How much is measured.
 *
 * @param rounds how often everything is done, all implementations in turns
 * @param bytes of one transfer
 * @param discarded transfers before the warm figure
 * @param kept transfers for the warm figure
 * @param connects connections for the hand-shake figure
 * @param streams streams for the stream figure
 * @param pings pings, of which the second half counts
 * @param idle connections held, in steps
 * @param idleSeconds wait before resident memory is read
 * @param warmUp connections, streams our program makes before it measures (and tenfold streams)
 */
record Plan(
        int rounds,
        long bytes,
        int discarded,
        int kept,
        int connects,
        int streams,
        int pings,
        List<Integer> idle,
        int idleSeconds,
        int warmUp) {
    private static final long MIB = 1 << 20;

    static final Plan QUICK = new Plan(1, 256 * MIB, 2, 1, 300, 5_000, 4_000, List.of(100, 500), 3, 500);
    static final Plan MEDIUM = new Plan(3, 1024 * MIB, 2, 2, 800, 20_000, 10_000, List.of(100, 1_000), 10, 3_000);
    static final Plan FULL =
            new Plan(5, 1024 * MIB, 4, 2, 2_000, 50_000, 20_000, List.of(100, 1_000, 9_000), 60, 10_000);

    static Plan of(String name) {
        return switch (name) {
            case "quick" -> QUICK;
            case "medium" -> MEDIUM;
            case "full" -> FULL;
            default -> throw new IllegalArgumentException("no such plan: " + name);
        };
    }
}
