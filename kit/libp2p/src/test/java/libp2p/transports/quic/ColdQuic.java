package libp2p.transports.quic;

import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.host.TransportFactory;

/** QUIC in a process that has not used it before: something happens while the engine is loaded. */
public final class ColdQuic {
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
        return QuicTransport.factory(new SharedUdpPorts(QuicLimits.DEFAULT, Diagnostics.NONE, () -> {
            loaded.incrementAndGet();
            loading.run();
        }));
    }
}
