package libp2p.scenarios;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Function;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.TransportFactory;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.Listener;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.transports.tcp.TcpTransport;

/**
 * Stands in for a transport that the simulator cannot run, such as QUIC: of its addresses it dials the TCP port of the
 * same number.
 */
record StandIn(Protocol protocol, Function<Multiaddr, Fate> fates, TransportFactory.Context context)
        implements Transport {
    /** The fate of a dial. */
    enum Fate {
        REACHED,
        REFUSED,
        /** Nothing comes back. */
        SWALLOWED,
        /** This host gets ready for it, until it is interrupted. */
        UNREADY,
        /** This host gets ready for it as long as this is its fate, and hears of no interrupt. */
        STUCK
    }

    static TransportFactory of(Protocol protocol, Function<Multiaddr, Fate> fates) {
        return context -> new StandIn(protocol, fates, context);
    }

    @Override
    public String name() {
        return protocol.label();
    }

    @Override
    public boolean canDial(Multiaddr address) {
        return address.has(protocol);
    }

    @Override
    public boolean canListen(Multiaddr address) {
        return false;
    }

    @Override
    public Listener listen(Multiaddr address, ConnectionAcceptor inbound) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void prepare(Multiaddr address) throws IOException {
        Environment environment = context.environment();
        for (Fate fate = fates.apply(address);
                fate == Fate.UNREADY || fate == Fate.STUCK;
                fate = fates.apply(address)) {
            environment.park(this, Deadline.after(environment, Duration.ofSeconds(1)));
            if (Thread.interrupted() && fate == Fate.UNREADY) {
                throw new InterruptedIOException("not ready");
            }
        }
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        return switch (fates.apply(address)) {
            case REFUSED, UNREADY, STUCK -> throw new ConnectException("refused");
            case SWALLOWED -> throw waitInVain(request.deadline());
            case REACHED -> {
                InetSocketAddress remote = new InetSocketAddress(address.ip(), address.port());
                yield context.upgrader()
                        .outbound(
                                name(),
                                TcpTransport.connect(context.environment(), remote, request.deadline()),
                                request);
            }
        };
    }

    private IOException waitInVain(Deadline deadline) {
        Environment environment = context.environment();
        while (!deadline.passed(environment)) {
            environment.park(this, deadline);
            if (Thread.currentThread().isInterrupted()) {
                return new InterruptedIOException("dial cancelled");
            }
        }
        return new DeadlineExceededException(name());
    }

    @Override
    public void close() {}
}
