package libp2p.benchmarks;

/**
 * Circumstances in which the figures of a group were taken.
 *
 * @param command the command line
 * @param date of the day
 * @param rounds how often
 * @param least load average while it ran
 * @param greatest load average
 */
record Taking(String command, String date, int rounds, double least, double greatest) {
    /** The same with one more reading of the load average. */
    Taking with(double load) {
        return new Taking(command, date, rounds, Math.min(least, load), Math.max(greatest, load));
    }
}
