package libp2p.core.resource;

import libp2p.core.failure.NetworkException;

/** A limit stands in the way: names whose limit it is, which, and what the value was. */
public class LimitExceededException extends NetworkException {
    private static final long serialVersionUID = 1;

    /** The end whose limit it is. */
    public enum Side {
        /** A limit of this host. */
        LOCAL,
        /** A limit of the peer, which has said so. */
        REMOTE
    }

    private final String scope;
    private final String limit;
    private final long value;
    private final long maximum;
    private final Side side;

    /**
     * @param scope for example {@code "peer:12D3…"} or {@code "yamux"}
     * @param limit for example {@code "streamsInbound"}
     * @param value what it would have become
     * @param maximum what it may be
     */
    public LimitExceededException(String scope, String limit, long value, long maximum, Side side) {
        super("limit exceeded: " + limit + " of " + scope + " would be " + value + ", at most " + maximum
                + (side == Side.REMOTE ? " (remote limit)" : ""));
        this.scope = scope;
        this.limit = limit;
        this.value = value;
        this.maximum = maximum;
        this.side = side;
    }

    /** The scope whose limit is reached, such as {@code "system"} or {@code "peer:12D3…"}. */
    public String scope() {
        return scope;
    }

    /** The name of the limit. */
    public String limit() {
        return limit;
    }

    /** The amount that would have been charged in all. */
    public long value() {
        return value;
    }

    /** The limit. */
    public long maximum() {
        return maximum;
    }

    /** The host whose limit it is. */
    public Side side() {
        return side;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
