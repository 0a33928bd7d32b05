package libp2p.core.host;

import libp2p.core.connection.Stream;

/** Serves the inbound streams of a protocol. Called on a virtual thread per stream. */
@FunctionalInterface
public interface StreamHandler {
    /**
     * Serves one stream. Normal return closes it unless it was {@linkplain Stream#detach detached}; an exception resets
     * it.
     */
    void handle(Stream stream) throws Exception;
}
