package libp2p.muxers.planted;

import java.util.stream.Collectors;

/**
 * A mistake, as a change of the source of one class of the streams. The text that it replaces is there exactly once.
 */
enum Mistake {
    /** A thread that comes while another serves takes back what it has asked for. */
    LOST_WAKE_UP_IN_CLAIM("SendQueue", """
                    if (!wanted || served || closed || finishing) {
                        return false;
                    }
                    wanted = false;
        """, """
                        boolean mine = wanted && !served && !closed && !finishing;
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
     * FIN is queued by a turn that nobody closes: the one way that is left to forget it, which a rule of the sources
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
            "SendQueue", "if (!wanted || served || closed || finishing) {", "if (!wanted || closed || finishing) {"),

    /** Bytes that the socket did not take at once stay where they are. */
    BYTES_KEPT_BACK("Flusher", "return !out.tryFlush() || more;", "out.tryFlush();\n        return more;"),

    /** A connection rests without telling its loop for how long. */
    FORGOTTEN_PAUSE(
            "ReadLoop",
            "return rest;\n            }\n            if (over)",
            "return 0;\n            }\n            if (over)"),

    /** A connection gives its turn to others and does not ask for another. */
    FORGOTTEN_TURN("ReadLoop", "return AGAIN;", "return 0;");

    private final String type;
    private final String[] changes;

    /** @param changes texts, each with the one that takes its place */
    Mistake(String type, String... changes) {
        this.type = type;
        this.changes = changes;
    }

    /** The class of the streams that is changed. */
    String type() {
        return type;
    }

    /** The source with the mistake. */
    String plant(String source) {
        String planted = dedent(source);
        for (int i = 0; i < changes.length; i += 2) {
            String right = dedent(changes[i]).strip();
            int at = planted.indexOf(right);
            if (at < 0 || planted.indexOf(right, at + 1) >= 0) {
                throw new IllegalStateException(type + " has not exactly one: " + right);
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
