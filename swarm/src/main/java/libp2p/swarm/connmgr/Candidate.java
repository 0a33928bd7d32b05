package libp2p.swarm.connmgr;

import java.util.Comparator;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Environment;
import libp2p.core.resource.Direction;

/**
 * A connection that may be closed, with what it was worth when it was looked at. Ordered by worth: limited ones first,
 * then the peer's value, the number of streams, inbound before outbound, the newest first.
 *
 * @param memory bytes that are charged to it
 */
record Candidate(Connection connection, boolean limited, int value, int streams, boolean inbound, long memory)
        implements Comparable<Candidate> {
    private static final Comparator<Candidate> WORTH = Comparator.comparing((Candidate c) -> !c.limited)
            .thenComparingInt(Candidate::value)
            .thenComparingInt(Candidate::streams)
            .thenComparing(c -> !c.inbound)
            .thenComparing(c -> c.connection.id(), Comparator.reverseOrder());

    /** When memory is short: of peers of the same value, the connections that hold most memory and streams go first. */
    static final Comparator<Candidate> COST = Comparator.comparing((Candidate c) -> !c.limited)
            .thenComparingInt(Candidate::value)
            .thenComparing(Candidate::memory, Comparator.reverseOrder())
            .thenComparing(Candidate::streams, Comparator.reverseOrder())
            .thenComparing(Comparator.naturalOrder());

    /** Of newcomers: inbound ones before those that this host chose, the newest first. */
    static final Comparator<Candidate> NEWEST = Comparator.comparing((Candidate c) -> !c.inbound)
            .thenComparingInt(Candidate::value)
            .thenComparing(c -> c.connection.id(), Comparator.reverseOrder());

    static Candidate of(Connection connection, int value) {
        return new Candidate(
                connection,
                connection.isLimited(),
                value,
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
    public int compareTo(Candidate other) {
        return WORTH.compare(this, other);
    }
}
