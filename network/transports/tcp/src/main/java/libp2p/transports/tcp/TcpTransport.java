package libp2p.transports.tcp;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.List;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TcpChannel;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.CrossedDialException;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.Listener;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/** Dials and listens on TCP. Thread-safe. */
public final class TcpTransport implements Transport {
    private final Environment environment;
    private final Upgrader upgrader;
    private final Options options;
    private final SharedTcpPorts shared;
    private final ListeningPorts ports = new ListeningPorts();
    private final ExpectedPunches punches;

    /**
     * Options of the transport.
     *
     * @param reusePort whether dials leave from a listening port of the same family where there is one
     * @param backlog connections that the system holds until they are accepted
     * @param limits bounds of the listener
     */
    public record Options(boolean reusePort, int backlog, TcpLimits limits) {
        /** The defaults. */
        public static final Options DEFAULT = new Options(true, 1024, TcpLimits.DEFAULT);

        /** The same with other bounds. */
        public Options withLimits(TcpLimits value) {
            return new Options(reusePort, backlog, value);
        }
    }

    /** @param shared the listening ports of the host */
    public TcpTransport(Environment environment, Upgrader upgrader, Options options, SharedTcpPorts shared) {
        this.environment = environment;
        this.upgrader = upgrader;
        this.options = options;
        this.shared = shared;
        this.punches = new ExpectedPunches(options.limits().punches());
    }

    /** Makes transports that share their ports with no other transport. */
    public static TransportFactory factory(Options options) {
        return context -> new TcpTransport(context.environment(), context.upgrader(), options, new SharedTcpPorts());
    }

    /**
     * Makes transports for one host.
     *
     * @param shared the listening ports of the host, also given to its other transports
     */
    public static TransportFactory factory(Options options, SharedTcpPorts shared) {
        return context -> new TcpTransport(context.environment(), context.upgrader(), options, shared);
    }

    @Override
    public String name() {
        return "tcp";
    }

    @Override
    public boolean usesUpgrader() {
        return true;
    }

    @Override
    public boolean canDial(Multiaddr address) {
        return isTcp(address, true);
    }

    @Override
    public boolean canListen(Multiaddr address) {
        return isTcp(address, false);
    }

    private static boolean isTcp(Multiaddr address, boolean names) {
        List<Component> components = address.components();
        if (components.size() != 2 || components.get(1).protocol() != Protocol.TCP) {
            return false;
        }
        return switch (components.getFirst().protocol()) {
            case IP4, IP6 -> true;
            case DNS, DNS4, DNS6, DNSADDR -> names;
            default -> false;
        };
    }

    @Override
    public Listener listen(Multiaddr address, ConnectionAcceptor inbound) throws IOException {
        PortService service =
                new PortService(Traffic.RAW, Multiaddr.EMPTY, inbound, (raw, scope) -> upgrade(raw, scope, inbound));
        PortShare share = shared.listen(environment, socketAddress(address), options, service);
        ports.add(share);
        return new TcpListening(share, ports);
    }

    private void upgrade(RawConnection raw, ConnectionScope scope, ConnectionAcceptor inbound) {
        inbound.accept(raw, scope, () -> {
            PeerId punching = punches.from(raw.remoteAddress().ip(), environment);
            return punching == null ? upgrader.inbound(name(), raw, scope) : begunByEither(raw, scope, punching);
        });
    }

    /** Both halves of a hole punch may have dialed, and the remote one waits for this host to begin. */
    private TransportConnection begunByEither(RawConnection raw, ConnectionScope scope, PeerId peer)
            throws IOException {
        SimultaneousOpenDetector attentive = SimultaneousOpenDetector.of(raw, environment);
        Deadline until = Deadline.after(environment, options.limits().punchSilence());
        return attentive.isSilent(until)
                ? upgrader.punched(name(), attentive, scope, peer)
                : upgrader.inbound(name(), attentive, scope);
    }

    @Override
    public void expectPunch(InetAddress from, PeerId peer, Deadline until) {
        punches.add(from, peer, until, environment);
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        InetSocketAddress remote = socketAddress(address);
        boolean reuse = options.reusePort() && !request.freshPort();
        InetSocketAddress local = reuse ? ports.localFor(remote.getAddress()) : null;
        TcpChannel channel = connect(local, remote, request);
        request.progress().transportConnected();
        boolean reused = ports.contains(channel.localAddress());
        try {
            return request.purpose() == DialRequest.Purpose.HOLE_PUNCH
                    ? punched(channel, reused, request)
                    : upgrader.outbound(name(), new TcpConnection(channel, reused), request);
        } catch (ProtocolViolationException e) {
            if (reused && request.purpose() == DialRequest.Purpose.NORMAL) {
                throw new CrossedDialException(e);
            }
            throw e;
        }
    }

    /**
     * A half of a punch leaves nothing behind that would keep the next one from the same two ports: it is reset if it
     * fails, and when the peer has ended its connection, which has read everything then.
     */
    private TransportConnection punched(TcpChannel channel, boolean reused, DialRequest request) throws IOException {
        TcpConnection raw = new TcpConnection(channel, reused);
        channel.resetOnClose(true);
        TransportConnection connection = upgrader.outbound(name(), raw, request);
        channel.resetOnClose(false);
        raw.resetsIf(() -> {
            CloseReason reason = connection.closeReason();
            return reason != null && reason.remote();
        });
        return connection;
    }

    private TcpChannel connect(@Nullable InetSocketAddress local, InetSocketAddress remote, DialRequest request)
            throws IOException {
        if (local != null) {
            try {
                TcpChannel channel = environment.network().connectTcp(local, remote, request.deadline());
                if (!channel.localAddress().equals(channel.remoteAddress())) {
                    return channel;
                }
                // From a port to itself TCP connects the socket with itself; the listener there would never hear of it.
                channel.close();
            } catch (BindException | NoRouteToHostException inUse) {
                // The four-tuple is taken (by a connection that lingers, or one to the same peer): an ephemeral port
                // will do, unless routers expect this one.
                if (request.purpose() == DialRequest.Purpose.HOLE_PUNCH) {
                    throw inUse;
                }
            }
            ports.countFallback();
        }
        return environment.network().connectTcp(null, remote, request.deadline());
    }

    /**
     * Connects from an ephemeral port, for transports on top of TCP; blocks.
     *
     * @throws libp2p.core.failure.DeadlineExceededException when the deadline passes
     */
    public static RawConnection connect(Environment environment, InetSocketAddress remote, Deadline deadline)
            throws IOException {
        return new TcpConnection(environment.network().connectTcp(null, remote, deadline), false);
    }

    private static InetSocketAddress socketAddress(Multiaddr address) throws IOException {
        InetAddress ip = address.ip();
        if (ip == null) {
            throw new IOException("not an IP address: " + address);
        }
        return new InetSocketAddress(ip, address.port());
    }

    /** Number of dials that could not leave from a listening port and took an ephemeral one. */
    public long reuseFallbacks() {
        return ports.fallbacks();
    }

    @Override
    public void close() {
        ports.closeAll();
    }
}
