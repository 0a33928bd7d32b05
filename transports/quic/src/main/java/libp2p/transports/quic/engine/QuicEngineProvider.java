package libp2p.transports.quic.engine;

import java.io.IOException;
import libp2p.core.environment.Environment;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.transports.quic.Limits;
import org.jspecify.annotations.Nullable;

/** Makes engines of one kind. Thread-safe. */
public interface QuicEngineProvider {
    /** Why this kind cannot run on this platform, or null if it can; loads what it needs. */
    @Nullable
    String unavailable();

    /**
     * Makes an engine.
     *
     * @throws IOException if it is {@link #unavailable}
     */
    QuicEngine create(Environment environment, Libp2pCertificate certificate, Limits limits) throws IOException;
}
