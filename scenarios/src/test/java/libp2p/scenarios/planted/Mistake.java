package libp2p.scenarios.planted;

import java.util.stream.Collectors;

/**
 * A mistake, as a change of the source of one class of the product. The text that it replaces is there exactly once.
 */
enum Mistake {
    /** An upgrade that has ended leaves its timer behind. */
    TIMER_THAT_IS_NEVER_CANCELLED("swarm/src/main/java/libp2p/swarm/upgrade/DefaultUpgrader", "timer.cancel();", ""),

    /** Identify keeps what it noted about a connection that has closed. */
    ENTRY_THAT_STAYS(
            "protocols/src/main/java/libp2p/protocols/identify/Identify",
            "identified.remove(connection);\npushPace().forget(connection);",
            "pushPace().forget(connection);"),

    /** Of several attempts of a dial those that come too late enter their connections too. */
    DIAL_WON_TWICE(
            "swarm/src/main/java/libp2p/swarm/dial/DialAttempt",
            "if (!settle() || !dial.isWanted()) {",
            "if (!settle()) {",
            "cancelled = true;\ncancel.signalAll();\nif (thread != null && !ended) {\nthread.interrupt();\n}",
            "cancel.signalAll();");

    private final String file;
    private final String[] changes;

    /** @param changes texts, each with the one that takes its place */
    Mistake(String file, String... changes) {
        this.file = file;
        this.changes = changes;
    }

    /** The source that is changed, from the root of the repository and without its ending. */
    String file() {
        return file;
    }

    /** The source with the mistake. */
    String plant(String source) {
        String planted = dedent(source);
        for (int i = 0; i < changes.length; i += 2) {
            String right = dedent(changes[i]).strip();
            int at = planted.indexOf(right);
            if (at < 0 || planted.indexOf(right, at + 1) >= 0) {
                throw new IllegalStateException(file + " has not exactly one: " + right);
            }
            planted = planted.replace(right, dedent(changes[i + 1]).strip());
        }
        return planted;
    }

    /** Without the indentation of its lines, which says nothing to the compiler. */
    private static String dedent(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
