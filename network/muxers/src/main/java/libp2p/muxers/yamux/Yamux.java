package libp2p.muxers.yamux;

import libp2p.core.environment.Environment;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.Muxer;
import libp2p.core.resource.ResourceScope;
import libp2p.core.security.SecureConnection;
import libp2p.muxers.MuxerLimits;
import libp2p.streams.ChunkPool;

/** The muxer that every libp2p implementation speaks over TCP. All its connections share one pool of empty buffers. */
public final class Yamux implements Muxer {
    /** Its protocol id. */
    public static final String PROTOCOL = "/yamux/1.0.0";

    private final MuxerLimits limits;
    private final ChunkPool pool;

    /** With {@link MuxerLimits#DEFAULT}. */
    public Yamux() {
        this(MuxerLimits.DEFAULT);
    }

    /** @param limits of each connection */
    public Yamux(MuxerLimits limits) {
        this(limits, new ChunkPool(limits.spareMemory()));
    }

    Yamux(MuxerLimits limits, ChunkPool pool) {
        this.limits = limits;
        this.pool = pool;
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public MuxedConnection mux(
            Environment environment, SecureConnection connection, boolean initiator, ResourceScope memory) {
        return new YamuxConnection(environment, connection, memory, limits, pool, initiator ? 1 : 2).open();
    }
}
