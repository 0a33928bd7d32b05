package libp2p.transports.webtransport;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.transport.Listener;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.security.tls.BrowserCertificates.Shown;
import libp2p.transports.quic.QuicAddress;
import libp2p.transports.quic.UdpPortShare;
import org.jspecify.annotations.Nullable;

/** Listens at one port, whose address it changes when the certificates change. Thread-safe. */
final class SessionListener implements Listener {
    /** How often it looks at the clock at least, which may be set: until then what it announces may be dialed in vain. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final WebTransport transport;
    private final Environment environment;
    private final UdpPortShare share;
    private final Proofs proofs;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Runnable changed = () -> {};
    private volatile Shown announced;
    private volatile @Nullable Timer timer;

    /** Takes the part of the port over. */
    SessionListener(WebTransport transport, UdpPortShare share, Proofs proofs) {
        this.transport = transport;
        environment = transport.environment();
        this.share = share;
        this.proofs = proofs;
        announced = transport.shown();
    }

    /** Looks whether the certificates have changed, and again when they will have. */
    void begin() {
        look();
    }

    private void look() {
        Shown current = transport.shown();
        if (!current.equals(announced)) {
            announced = current;
            changed.run();
        }
        Duration left = Duration.between(environment.wallClock(), current.until());
        long wait = Math.clamp(left.toNanos(), 1, LOOK.toNanos());
        timer = environment.schedule(wait, () -> environment.start("webtransport-certificate", this::look));
        if (closed.get()) { // of which the last look may not have heard
            cancel();
        }
    }

    private void cancel() {
        Timer running = timer;
        if (running != null) {
            running.cancel();
        }
    }

    @Override
    public Multiaddr address() {
        return WebTransportAddress.on(QuicAddress.of(share.localAddress()), announced);
    }

    @Override
    public void onAddressChange(Runnable action) {
        changed = action;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            cancel();
            transport.stopped(this);
            share.close();
            proofs.close();
        }
    }
}
