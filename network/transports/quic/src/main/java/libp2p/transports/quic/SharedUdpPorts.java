package libp2p.transports.quic;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import libp2p.core.environment.Environment;
import libp2p.core.host.TransportFactory;
import libp2p.core.host.UdpPort;
import libp2p.core.identity.Identity;
import libp2p.security.tls.Libp2pCertificate;
import org.jspecify.annotations.Nullable;

/**
 * The UDP ports of one host. Transports that are given the same ports may listen on one address with different {@link
 * QuicProtocol protocols}, and dial from where one of them listens; other protocols share the sockets. Thread-safe.
 */
public final class SharedUdpPorts {
    private final QuicLimits limits;
    private final Diagnostics diagnostics;
    private final Runnable preparation;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<SharedUdpPort> listening = new ArrayList<>();
    private final List<SharedUdpPort> dialing = new ArrayList<>();
    private final List<UdpPort> open = new CopyOnWriteArrayList<>();
    private @Nullable Identity host;
    private @Nullable LazyEngine engine;
    private int transports;

    /** @param limits of all ports */
    public SharedUdpPorts(QuicLimits limits) {
        this(limits, Diagnostics.NONE);
    }

    /** With files that show what connections do. */
    public SharedUdpPorts(QuicLimits limits, Diagnostics diagnostics) {
        this(limits, diagnostics, () -> {});
    }

    /** @param preparation what making the certificate and the keys begins with */
    SharedUdpPorts(QuicLimits limits, Diagnostics diagnostics, Runnable preparation) {
        this.limits = limits;
        this.diagnostics = diagnostics;
        this.preparation = preparation;
    }

    /** The ports on which a transport listens now, in the order in which they were opened. */
    public List<UdpPort> listening() {
        return List.copyOf(open);
    }

    /**
     * A transport uses ports from now on, until {@link #leave}. Nothing is loaded yet.
     *
     * @return these ports; or others where these are of a host with another identity, as a dialer has that is to be told
     *     apart from its host: it shares neither certificate nor socket
     */
    public SharedUdpPorts join(TransportFactory.Context context) {
        lock.lock();
        try {
            Identity identity = context.identity();
            if (transports > 0 && host != identity) {
                return new SharedUdpPorts(limits, diagnostics, preparation).join(context);
            }
            if (transports++ == 0) {
                Environment environment = context.environment();
                host = identity;
                engine = new LazyEngine(environment, () -> {
                    preparation.run();
                    Libp2pCertificate certificate = Libp2pCertificate.create(identity, environment);
                    return new QuicEngine(environment, identity, certificate, limits, diagnostics);
                });
            }
            return this;
        } finally {
            lock.unlock();
        }
    }

    /** A transport uses the ports no more, and has closed its listeners; the last one to leave closes those of dials. */
    public void leave() {
        List<SharedUdpPort> dials = List.of();
        lock.lock();
        try {
            if (--transports == 0) {
                dials = List.copyOf(dialing);
                dialing.clear();
            }
        } finally {
            lock.unlock();
        }
        dials.forEach(SharedUdpPort::release);
    }

    /** The engine; blocks while it is made. */
    private QuicEngine engine() throws IOException {
        LazyEngine current;
        lock.lock();
        try {
            current = transports == 0 ? null : engine;
        } finally {
            lock.unlock();
        }
        if (current == null) {
            throw new IOException("the QUIC transport is closed");
        }
        return current.get();
    }

    /**
     * Listens, on a port that is open already if one has this address and does not accept this protocol yet.
     *
     * @param local port 0 always opens a new port
     * @param acceptor made for the port; called once, or once more where the port does not take it
     * @throws java.net.BindException if the address is in use
     */
    public UdpPortShare listen(InetSocketAddress local, Function<SharedUdpPort, QuicAcceptor> acceptor)
            throws IOException {
        QuicEngine ready = engine();
        lock.lock(); // held while binding, so that two transports do not race for one port
        try {
            for (SharedUdpPort port : listening) {
                if (local.getPort() != 0 && port.port().localAddress().equals(local) && port.retain()) {
                    QuicAcceptor added = acceptor.apply(port);
                    if (port.port().accept(added)) {
                        return new UdpPortShare(this, port, added);
                    }
                    port.release();
                }
            }
            SharedUdpPort port = new SharedUdpPort(ready.bind(local));
            QuicAcceptor first = acceptor.apply(port);
            port.port().accept(first);
            listening.add(port);
            open.add(port.port());
            return new UdpPortShare(this, port, first);
        } finally {
            lock.unlock();
        }
    }

    /** A listener of a port is closed. */
    void close(SharedUdpPort port, QuicAcceptor acceptor) {
        lock.lock();
        try {
            if (!port.port().stopAccepting(acceptor)) {
                listening.remove(port);
                open.remove(port.port());
            }
        } finally {
            lock.unlock();
        }
        port.release();
    }

    /** Whether a transport listens on the port. */
    public boolean isListening(SharedUdpPort port) {
        lock.lock();
        try {
            return listening.contains(port);
        } finally {
            lock.unlock();
        }
    }

    /**
     * A port to leave from: one that listens if its address reaches the remote, else one for dials only. The caller
     * has it in use, and releases it when the connection has ended. Blocks while the first one is made.
     *
     * @throws IOException if no port can be bound, or no transport uses the ports any more
     */
    public SharedUdpPort portFor(InetAddress remote) throws IOException {
        QuicEngine ready = engine();
        lock.lock();
        try {
            for (List<SharedUdpPort> ports : List.of(listening, dialing)) {
                for (SharedUdpPort port : ports) {
                    if (port.reaches(remote) && port.retain()) {
                        return port;
                    }
                }
            }
            if (transports == 0) {
                throw new IOException("the QUIC transport is closed");
            }
            byte[] any = new byte[remote instanceof Inet4Address ? 4 : 16];
            SharedUdpPort port = new SharedUdpPort(ready.bind(new InetSocketAddress(InetAddress.getByAddress(any), 0)));
            dialing.add(port);
            port.retain();
            return port;
        } finally {
            lock.unlock();
        }
    }
}
