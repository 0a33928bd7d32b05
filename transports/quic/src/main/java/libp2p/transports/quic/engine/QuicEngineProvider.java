package libp2p.transports.quic.engine;

import java.io.IOException;
import libp2p.core.environment.Environment;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.transports.quic.Limits;

/** Makes engines of one kind. Thread-safe. */
public interface QuicEngineProvider {
    /** Makes an engine; loads what it needs, and blocks. */
    QuicEngine create(Environment environment, Libp2pCertificate certificate, Limits limits) throws IOException;
}
