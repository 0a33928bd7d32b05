package libp2p.kad.message;

import org.jspecify.annotations.Nullable;

/** The types of messages, in the order of their numbers. */
public enum MessageType {
    PUT_VALUE,
    GET_VALUE,
    ADD_PROVIDER,
    GET_PROVIDERS,
    FIND_NODE,
    /** Not sent any more; answered with the same. */
    PING;

    private static final MessageType[] ALL = values();

    /** The type with a number, or null if there is none. */
    static @Nullable MessageType of(int number) {
        return number >= 0 && number < ALL.length ? ALL[number] : null;
    }
}
