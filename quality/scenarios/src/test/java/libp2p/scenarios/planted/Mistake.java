package libp2p.scenarios.planted;

import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;
import libp2p.core.testing.PlantedMistake;
import libp2p.core.testing.SourceTree;

/**
 * A mistake, as a change of the source of one class of the product. The text that it replaces is there exactly once.
 */
enum Mistake {
    /** An upgrade that has ended leaves its timer behind. */
    TIMER_THAT_IS_NEVER_CANCELLED("libp2p.swarm.upgrade.DefaultUpgrader", "timer.cancel();", ""),

    /** Identify keeps what it noted about a connection that has closed. */
    ENTRY_THAT_STAYS(
            "libp2p.protocols.identify.Identify",
            "identified.remove(connection);\npushPace().forget(connection);",
            "pushPace().forget(connection);"),

    /** Of several attempts of a dial those that come too late enter their connections too. */
    DIAL_WON_TWICE(
            "libp2p.swarm.dial.DialAttempt",
            "if (!settle() || !dial.isWanted()) {",
            "if (!settle()) {",
            "cancelled = true;\ncancel.signalAll();\nif (thread != null && !ended) {\nthread.interrupt();\n}",
            "cancel.signalAll();");

    private final PlantedMistake planted;

    /**
     * @param type the name of the class
     * @param changes texts, each with the one that takes its place
     */
    Mistake(String type, String... changes) {
        planted = new PlantedMistake(SourceTree.source(type), List.of(changes));
    }

    /** The story with the mistake in it; all of libp2p is loaded anew, simulator and story included. */
    IntConsumer story(Path directory) throws Exception {
        return planted.tell(IntConsumer.class, Reunion.class, name -> name.startsWith("libp2p."), directory);
    }
}
