package libp2p.muxers.mplex;

import libp2p.core.environment.Environment;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.Muxer;
import libp2p.core.resource.ResourceScope;
import libp2p.core.security.SecureConnection;
import libp2p.muxers.MuxerLimits;
import libp2p.streams.ChunkPool;

/**
 * The deprecated muxer of old peers. All its connections share one pool of empty buffers.
 *
 * <p>The protocol has no flow control: the bytes of a peer are in this host's memory before anybody asks for it. A
 * stream holds up to {@link MuxerLimits.Mplex#receiveBuffer} for its reader, less if memory is short; the message that
 * would be too much resets that stream at once, with {@link
 * libp2p.core.connection.ErrorCode#STREAM_RESOURCE_LIMIT_EXCEEDED} for the reader. So does js-libp2p. The other way is
 * to stop reading from the connection until the reader comes, as rust-libp2p does for as long as it takes and
 * go-libp2p and py-libp2p did for five seconds before they reset the stream too; then one slow reader makes all
 * streams of the connection wait, and two hosts that do so can wait for each other. A sender of more than that ahead
 * of a slow reader has to use yamux.
 */
public final class Mplex implements Muxer {
    /** Its protocol id. */
    public static final String PROTOCOL = "/mplex/6.7.0";

    private final MuxerLimits limits;
    private final ChunkPool pool;

    /** With {@link MuxerLimits#DEFAULT} and {@linkplain #roomForBursts room for bursts}. */
    public Mplex() {
        this(roomForBursts(MuxerLimits.DEFAULT));
    }

    /** The same limits with room for a burst of at least 1,024 streams: mplex has no way to hold a dialer back. */
    public static MuxerLimits roomForBursts(MuxerLimits limits) {
        return limits.withAcceptBacklog(Math.max(1024, limits.acceptBacklog()));
    }

    /** @param limits of each connection */
    public Mplex(MuxerLimits limits) {
        this(limits, new ChunkPool(limits.spareMemory()));
    }

    Mplex(MuxerLimits limits, ChunkPool pool) {
        this.limits = limits;
        this.pool = pool;
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    /** {@inheritDoc} The side that opened the connection is of no importance here. */
    @Override
    public MuxedConnection mux(
            Environment environment, SecureConnection connection, boolean initiator, ResourceScope memory) {
        return new MplexConnection(environment, connection, memory, limits, pool).open();
    }
}
