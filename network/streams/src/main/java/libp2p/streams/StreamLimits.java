package libp2p.streams;

import java.time.Duration;

/** The bounds of the streams of one multiplexed connection, whatever its peer does; each muxer says its figures. */
public interface StreamLimits {
    /** Bytes of the smallest send buffer, which every stream may always hold. */
    int MINIMUM_SEND_BUFFER = 32 << 10;

    /**
     * Streams of the remote peer open at a time; more are refused. Of all limits of inbound streams (this one, and those of
     * the resource scopes: transient, protocol, service, peer, system) the first that is reached refuses, so that the smallest wins.
     */
    int inboundStreams();

    /** Streams of this host open at a time; more fail with {@code LimitExceededException}. */
    int outboundStreams();

    /** Streams of the remote peer that wait to be accepted; more are refused. */
    int acceptBacklog();

    /** Way in which a peer is slowed that opens streams beyond the limits. */
    RefusalLimits refusals();

    /**
     * Bytes that a stream holds for the peer to take, at least {@link #MINIMUM_SEND_BUFFER}; a writer waits when they
     * are full.
     */
    int sendBuffer();

    /** Longest time of one write to the socket before the connection is given up. */
    Duration writeTimeout();

    /** Longest time that a closed connection takes to send what is queued and to part. */
    Duration closeTimeout();

    /** Time for which a stream that was closed waits for the remote peer to finish too, before it is reset. */
    Duration lingerTimeout();

    /** Bounds of refused streams. */
    interface RefusalLimits {
        /** Refusals in a row, after which the connection is not read for a pause for each. */
        int atOnce();

        /** At most a second; for each that passes without a refusal one more is free. */
        Duration pause();
    }
}
