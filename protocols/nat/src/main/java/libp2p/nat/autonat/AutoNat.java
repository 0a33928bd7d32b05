package libp2p.nat.autonat;

import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PublicAddresses;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.Publicness;
import libp2p.nat.autonat.v1.DialBackServer;
import libp2p.nat.autonat.v2.ProbeServer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out at which of its addresses this host can be reached, and may help others to find out. The findings go into
 * the address book, and as a whole to the events as {@code ReachabilityChanged}. Thread-safe.
 */
public final class AutoNat implements HostService, PublicAddresses {
    private final AutoNatLimits limits;
    private final Publicness publicness;
    private final boolean serving;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable AutoNatV2Client prober;
    private @Nullable ProbeServer server;
    private @Nullable DialBackServer v1Server;

    /** @param serving whether to dial others back, in both versions */
    public AutoNat(AutoNatLimits limits, Publicness publicness, boolean serving) {
        this.limits = limits;
        this.publicness = publicness;
        this.serving = serving;
    }

    @Override
    public void start(Host host) {
        AutoNatV2Client created = new AutoNatV2Client(host, limits, publicness);
        lock.lock();
        try {
            prober = created;
            if (serving) {
                server = new ProbeServer(host, limits.server(), publicness);
                v1Server = new DialBackServer(host, limits.serverV1(), publicness);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void listening() {
        AutoNatV2Client current = prober();
        if (current != null) {
            current.start();
        }
    }

    private @Nullable AutoNatV2Client prober() {
        lock.lock();
        try {
            return prober;
        } finally {
            lock.unlock();
        }
    }

    /** The present knowledge. */
    public ReachabilityReport report() {
        AutoNatV2Client current = prober();
        if (current == null) {
            throw new IllegalStateException("AutoNAT is not started; give it to the builder of a host by with(…)");
        }
        return current.report();
    }

    /** Also for dials: addresses that are assumed to be public get their time before relays. */
    @Override
    public boolean isPublic(Multiaddr address) {
        return publicness.isPublic(address);
    }

    @Override
    public void connectionOpened(Connection connection) {
        AutoNatV2Client current = prober();
        if (current != null) {
            current.opened(connection);
        }
    }

    @Override
    public void connectionClosed(Connection connection) {
        AutoNatV2Client current = prober();
        if (current != null) {
            current.ended(connection);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (prober != null) {
                prober.close();
            }
            if (server != null) {
                server.close();
            }
            if (v1Server != null) {
                v1Server.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
