package libp2p.swarm.connmgr;

import java.util.Comparator;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Environment;
import libp2p.core.resource.Direction;

/**
 * A connection that may be closed, with what it was worth when {@link Ranking} looked at it. Ordered by worth: limited
 * ones first, sheltered ones last, then by the value of the peer, crowded before others, the newest first. The number
 * of streams gives no worth, because strangers open as many as they like.
 *
 * @param sheltered whether it has one of the places that newcomers cannot take, however much they show
 * @param crowded whether its IP group had its share of the places before it
 * @param memory bytes that are charged to it
 */
record TrimCandidate(
        Connection connection,
        boolean limited,
        boolean sheltered,
        int value,
        boolean crowded,
        int streams,
        boolean inbound,
        long memory)
        implements Comparable<TrimCandidate> {
    private static final Comparator<TrimCandidate> CLASS =
            Comparator.comparing((TrimCandidate c) -> !c.limited).thenComparing(TrimCandidate::sheltered);

    /** By what the peer has done for this host alone. */
    static final Comparator<TrimCandidate> VALUE = CLASS.thenComparingInt(TrimCandidate::value);

    private static final Comparator<TrimCandidate> WORTH =
            VALUE.thenComparing(c -> !c.crowded).thenComparing(c -> c.connection.id(), Comparator.reverseOrder());

    private static final Comparator<TrimCandidate> COST = VALUE.thenComparing(
                    TrimCandidate::memory, Comparator.reverseOrder())
            .thenComparing(TrimCandidate::streams, Comparator.reverseOrder())
            .thenComparing(Comparator.naturalOrder());

    /**
     * When memory is short: first those that hold much of it, for nothing is won by closing others, and a stranger
     * shows a little before it takes a lot; then, of peers of the same value, those with most memory and streams.
     *
     * @param much bytes above which a connection is closed whatever it is worth
     */
    static Comparator<TrimCandidate> cost(long much) {
        return Comparator.comparingLong((TrimCandidate c) -> c.memory > much ? -c.memory : 0)
                .thenComparing(COST);
    }

    /** Of newcomers: inbound ones before those that this host chose, then as all others. */
    static final Comparator<TrimCandidate> NEWEST =
            Comparator.comparing((TrimCandidate c) -> !c.inbound).thenComparing(Comparator.naturalOrder());

    static TrimCandidate of(Connection connection, int value, boolean sheltered, boolean crowded) {
        return new TrimCandidate(
                connection,
                connection.isLimited(),
                sheltered,
                value,
                crowded,
                connection.streams().size(),
                connection.direction() == Direction.INBOUND,
                connection.scope().usage().memory());
    }

    /** Closing may wait for a slow transport, so each gets a thread. */
    void close(Environment environment, String why) {
        environment.start(
                "trim-" + connection.id(), () -> connection.close(ErrorCode.CONNECTION_GARBAGE_COLLECTED, why));
    }

    @Override
    public int compareTo(TrimCandidate other) {
        return WORTH.compare(this, other);
    }
}
