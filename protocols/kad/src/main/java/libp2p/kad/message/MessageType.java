package libp2p.kad.message;

import org.jspecify.annotations.Nullable;

/** The types of messages, in the order of their numbers. */
public enum MessageType {
    /** Store a value. */
    PUT_VALUE,
    /** Get a value, and peers that are closer to its key. */
    GET_VALUE,
    /** The sender provides content. */
    ADD_PROVIDER,
    /** Get the providers of content, and peers that are closer to its key. */
    GET_PROVIDERS,
    /** Get the peers that are closest to a key. */
    FIND_NODE,
    /** Not sent any more; answered with the same. */
    PING;

    private static final MessageType[] ALL = values();

    /** The type with a number, or null if there is none. */
    static @Nullable MessageType of(int number) {
        return number >= 0 && number < ALL.length ? ALL[number] : null;
    }
}
