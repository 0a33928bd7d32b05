package libp2p.benchmarks;

import java.util.List;

/**
 * Amount of what is measured. The warm-up is discarded for every implementation, in both roles.
 *
 * @param name of the plan
 * @param rounds how often everything is done, all implementations in turns
 * @param bytes of one transfer
 * @param discarded transfers before the warm figure
 * @param kept transfers for the warm figure
 * @param bulkStreams how many streams share a transfer, one figure for each
 * @param connects connections for the hand-shake figure
 * @param streams streams for the stream figure
 * @param pings pings, of which the second half counts
 * @param idle connections held, in steps
 * @param idleSeconds wait before resident memory is read
 * @param connectWarmUp connections that are made and discarded before those that count: both compilers of the JVM are
 *     done with what a connection needs after some ten thousand
 * @param streamWarmUp streams that are made and discarded before those that count, for the same reason
 * @param busySeconds length of each half of a repeat of pings beside bulk; the first {@link #busyDiscarded} do not
 *     count
 */
record Plan(
        String name,
        int rounds,
        long bytes,
        int discarded,
        int kept,
        List<Integer> bulkStreams,
        int connects,
        int streams,
        int pings,
        List<Integer> idle,
        int idleSeconds,
        int connectWarmUp,
        int streamWarmUp,
        int busySeconds) {
    private static final long MIB = 1 << 20;
    /** Bytes after which both compilers are done with what a transfer needs, with a margin. */
    private static final long WARM_BYTES = 4096 * MIB;

    private static final int WARM_ROUNDS = 2;
    private static final List<Integer> STREAMS = List.of(1, 8);

    /** Repeats of pings beside bulk that do not count. */
    int busyDiscarded() {
        return Math.min(discarded, 2);
    }

    static Plan of(String name) {
        return switch (name) {
            case "quick" ->
                new Plan(
                        name,
                        1,
                        256 * MIB,
                        2,
                        1,
                        STREAMS,
                        5_000,
                        20_000,
                        40_000,
                        List.of(100, 500),
                        3,
                        40_000,
                        60_000,
                        1);
            case "medium" ->
                new Plan(
                        name,
                        2,
                        256 * MIB,
                        4,
                        1,
                        STREAMS,
                        10_000,
                        40_000,
                        40_000,
                        List.of(100, 1_000),
                        10,
                        40_000,
                        60_000,
                        1);
            // 4 GiB before the warm figures.
            case "full" ->
                new Plan(
                        name,
                        5,
                        1024 * MIB,
                        4,
                        2,
                        STREAMS,
                        5_000,
                        50_000,
                        20_000,
                        List.of(100, 1_000, 10_000),
                        60,
                        100_000,
                        100_000,
                        10);
            default -> throw new IllegalArgumentException("no such plan: " + name);
        };
    }

    /**
     * The same with transfers for programs with both compilers: {@link #WARM_BYTES} are discarded in each direction by
     * both processes, 1 GiB counts, and the full plan has two rounds at most.
     */
    Plan warmBulk() {
        return new Plan(
                name,
                name.equals("full") ? Math.min(rounds, WARM_ROUNDS) : rounds,
                bytes,
                (int) Math.max(discarded, WARM_BYTES / bytes),
                (int) Math.max(kept, 1024 * MIB / bytes),
                bulkStreams,
                connects,
                streams,
                pings,
                idle,
                idleSeconds,
                connectWarmUp,
                streamWarmUp,
                busySeconds);
    }

    Plan withBulkStreams(List<Integer> counts) {
        return new Plan(
                name,
                rounds,
                bytes,
                discarded,
                kept,
                counts,
                connects,
                streams,
                pings,
                idle,
                idleSeconds,
                connectWarmUp,
                streamWarmUp,
                busySeconds);
    }

    Plan withRounds(int count) {
        return with(count, idle, idleSeconds, connectWarmUp);
    }

    Plan withIdle(List<Integer> steps, int seconds) {
        return with(rounds, steps, seconds, connectWarmUp);
    }

    Plan withConnectWarmUp(int connections) {
        return with(rounds, idle, idleSeconds, connections);
    }

    private Plan with(int count, List<Integer> steps, int seconds, int connections) {
        return new Plan(
                name,
                count,
                bytes,
                discarded,
                kept,
                bulkStreams,
                connects,
                streams,
                pings,
                steps,
                seconds,
                connections,
                streamWarmUp,
                busySeconds);
    }
}
