package libp2p.graphsync;

import org.jspecify.annotations.Nullable;

/** The action of a responder at a link of its walk. */
enum LinkAction {
    /** The block is here, and in the message unless it was sent before. */
    PRESENT("p"),
    /** The block is here, and was sent before. */
    DUPLICATE_NOT_SENT("d"),
    /** The block is not here, and the part below it was left out. */
    MISSING("m"),
    /** All that is below was walked before, and is left out. */
    DUPLICATE_DAG_SKIPPED("s");

    private final String code;

    LinkAction(String code) {
        this.code = code;
    }

    String code() {
        return code;
    }

    /** Whether the responder went on below the link. */
    boolean followed() {
        return this == PRESENT || this == DUPLICATE_NOT_SENT;
    }

    static @Nullable LinkAction of(String code) {
        for (LinkAction action : values()) {
            if (action.code.equals(code)) {
                return action;
            }
        }
        return null;
    }
}
