package libp2p.core.connection;

import org.jspecify.annotations.Nullable;

/**
 * The result of a connection's negotiations.
 *
 * @param transport name of the transport, for example {@code "tcp"}
 * @param security protocol id of the secure channel, or the empty string where the transport brings its own
 * @param muxer protocol id of the stream muxer, or the empty string where the transport brings its own
 * @param earlyMuxer whether the muxer was agreed inside the security handshake
 * @param portReused whether the local port is one this host listens on
 * @param limits set on a connection through a relay that limits it
 */
public record ConnectionState(
        String transport,
        String security,
        String muxer,
        boolean earlyMuxer,
        boolean portReused,
        @Nullable ConnectionLimits limits) {}
