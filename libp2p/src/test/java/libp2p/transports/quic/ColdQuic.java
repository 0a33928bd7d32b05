package libp2p.transports.quic;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.Environment;
import libp2p.core.host.TransportFactory;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.transports.quic.driver.OwnEngine;
import libp2p.transports.quic.engine.QuicEngine;
import libp2p.transports.quic.engine.QuicEngineProvider;

/** QUIC in a process that has not used it before: something happens while the engine is loaded. */
public final class ColdQuic implements QuicEngineProvider {
    private final AtomicInteger loaded = new AtomicInteger();
    private final Runnable loading;

    public ColdQuic(Runnable loading) {
        this.loading = loading;
    }

    /** How often the engine was made. */
    public int loaded() {
        return loaded.get();
    }

    public TransportFactory factory() {
        return QuicTransport.factory(Limits.DEFAULT, new UdpPorts(), this);
    }

    @Override
    public QuicEngine create(Environment environment, Libp2pCertificate certificate, Limits limits) throws IOException {
        loaded.incrementAndGet();
        loading.run();
        return OwnEngine.PROVIDER.create(environment, certificate, limits);
    }
}
