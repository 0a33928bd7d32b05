package libp2p.transports.quic;

import java.io.IOException;
import libp2p.core.environment.Environment;
import libp2p.core.transport.TransportFactory;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.transports.quic.engine.QuicEngine;
import libp2p.transports.quic.engine.QuicEngineProvider;

/** QUIC on a platform without a native library. */
public final class AbsentQuic implements QuicEngineProvider {
    public static final String REASON = "no native library for this test";

    private AbsentQuic() {}

    public static TransportFactory factory() {
        return QuicTransport.factory(Limits.DEFAULT, new UdpPorts(), new AbsentQuic());
    }

    @Override
    public String unavailable() {
        return REASON;
    }

    @Override
    public QuicEngine create(Environment environment, Libp2pCertificate certificate, Limits limits) throws IOException {
        throw new IOException("QUIC is not available: " + REASON);
    }
}
