package libp2p.muxers.planted;

import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import libp2p.core.testing.PlantedMistake;
import libp2p.core.testing.SourceTree;

/**
 * A mistake, as a change of the source of one class of the streams. The text that it replaces is there exactly once.
 */
enum Mistake {
    /** A thread that comes while another serves takes back what it has asked for. */
    LOST_WAKE_UP_IN_CLAIM("WriterElection", """
                    if (!wanted || elected != Elected.NONE || unwritten || phase != Phase.OPEN) {
                        return false;
                    }
                    wanted = false;
        """, """
                        boolean mine = wanted && elected == Elected.NONE && !unwritten && phase == Phase.OPEN;
                        wanted = false;
                        if (!mine) {
                            return false;
                        }
            """),

    /** A thread that leaves says that it returns for what came meanwhile, and does not. */
    LOST_WAKE_UP_IN_RELEASE(
            "Flusher",
            "returns = !left && round < ROUNDS;",
            "returns = false;",
            "release(left, returns)",
            "release(left, !left)"),

    /**
     * FIN is queued by a turn that is not closed: the one way that is left to forget it, which a rule of the sources
     * forbids.
     */
    MISSING_PUSH("MuxerStream", """
        public final void closeWrite() throws IOException {
            try (FlushTurn turn = muxer().beginTurn()) {
                lock();
        """, """
            public final void closeWrite() throws IOException {
                FlushTurn turn = muxer().beginTurn();
                {
                    lock();
            """),

    /** A sender of few bytes waits for the socket, also on an event loop. */
    ACTION_THAT_WAITS_ON_A_LOOP("Flusher", "return !out.tryFlush() || more;", "out.flush();\n        return more;"),

    /** Two threads may serve at a time. */
    TURN_GIVEN_TO_TWO_WRITERS(
            "WriterElection",
            "if (!wanted || elected != Elected.NONE || unwritten || phase != Phase.OPEN) {",
            "if (!wanted || unwritten || phase != Phase.OPEN) {"),

    /** Bytes that the socket did not take at once stay where they are. */
    BYTES_KEPT_BACK("Flusher", "return !out.tryFlush() || more;", "out.tryFlush();\n        return more;"),

    /** A connection rests without telling its loop for how long. */
    FORGOTTEN_PAUSE(
            "ReadLoop",
            "return rest;\n            }\n            if (over)",
            "return 0;\n            }\n            if (over)"),

    /** A connection gives its turn to others and does not ask for another. */
    FORGOTTEN_TURN("ReadLoop", "return AGAIN;", "return 0;");

    private final PlantedMistake planted;

    /**
     * @param type class of the streams that is changed
     * @param changes texts, each with the one that takes its place
     */
    Mistake(String type, String... changes) {
        planted = new PlantedMistake(SourceTree.source("libp2p.streams." + type), List.of(changes));
    }

    /** The story with the mistake in it; the muxers and their tests are loaded anew. */
    LongConsumer story(Path directory) throws Exception {
        return planted.tell(
                LongConsumer.class,
                Chatter.class,
                name -> name.startsWith("libp2p.muxers.") || name.startsWith("libp2p.streams."),
                directory);
    }
}
