package libp2p.node.dht;

import java.util.List;
import java.util.Locale;

/** The actions of {@code p2p dht}, with their arguments. */
public enum DhtAction {
    /** Stores a value. */
    PUT("KEY", "VALUE"),
    /** Finds a value. */
    GET("KEY"),
    /** Announces content. */
    PROVIDE("CID"),
    /** Finds providers. */
    FIND("CID"),
    /** Announces this host under a namespace. */
    ADVERTISE("NAMESPACE"),
    /** Finds the hosts under a namespace. */
    DISCOVER("NAMESPACE"),
    /** Finds the addresses of a peer. */
    PEER("ID"),
    /** Finds the closest peers. */
    CLOSEST("KEY"),
    /** Says what the key of this host stands for. */
    PUBLISH("PATH"),
    /** Finds what a name stands for. */
    RESOLVE("NAME"),
    /** Looks around and tells of the routing table. */
    STATS,
    /** Asks all servers for all that they know. */
    CRAWL;

    private final List<String> arguments;

    DhtAction(String... arguments) {
        this.arguments = List.of(arguments);
    }

    /** Whether a word is the name of an action. */
    public static boolean isOne(String word) {
        for (DhtAction action : values()) {
            if (action.word().equals(word)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The action of a word with its arguments.
     *
     * @throws IllegalArgumentException if there is none, or the arguments are too many or too few
     */
    public static DhtAction of(List<String> words) {
        for (DhtAction action : values()) {
            if (!words.isEmpty() && action.word().equals(words.getFirst())) {
                if (words.size() != action.arguments.size() + 1) {
                    throw new IllegalArgumentException("usage: dht " + action);
                }
                return action;
            }
        }
        throw new IllegalArgumentException("an action is missing: one of " + List.of(values()));
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return arguments.isEmpty() ? word() : word() + " " + String.join(" ", arguments);
    }
}
