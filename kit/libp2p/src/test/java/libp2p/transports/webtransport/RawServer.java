package libp2p.transports.webtransport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.security.tls.BrowserCertificates;
import libp2p.security.tls.BrowserCertificates.Shown;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.Credentials;
import libp2p.streams.engine.Application;
import libp2p.transports.quic.QuicAcceptor;
import libp2p.transports.quic.QuicAddress;
import libp2p.transports.quic.QuicConnection;
import libp2p.transports.quic.SharedUdpPorts;

/** A server that has agreed on HTTP/3, whose use of the connection a test chooses, and whose peers need prove nothing. */
final class RawServer implements QuicAcceptor {
    private final Host host;
    private final Multiaddr address;
    private final Shown shown;
    private final Function<QuicConnection, Application> use;
    final BlockingQueue<QuicConnection> arrived = new ArrayBlockingQueue<>(4);

    private RawServer(Environment environment, Host host, InetSocketAddress local, Function<QuicConnection, Application> use) {
        this.host = host;
        this.use = use;
        shown = new BrowserCertificates(host.identity()).at(environment.wallClock());
        address = WebTransportAddress.on(QuicAddress.of(local), shown);
    }

    /** Listens at an address of a host whose transport has these ports. */
    static RawServer listen(
            Environment environment,
            Host host,
            SharedUdpPorts ports,
            InetSocketAddress local,
            Function<QuicConnection, Application> use)
            throws IOException {
        RawServer server = new RawServer(environment, host, local, use);
        ports.listen(local, port -> server);
        return server;
    }

    Multiaddr address() {
        return address;
    }

    @Override
    public String name() {
        return Http3Protocol.NAME;
    }

    @Override
    public Credentials credentials(Libp2pCertificate certificate) {
        return shown.current();
    }

    @Override
    public Application application(QuicConnection connection) {
        return use.apply(connection);
    }

    @Override
    public int uniStreams() {
        return Http3Protocol.UNI_STREAMS;
    }

    @Override
    public ConnectionScope admit(InetSocketAddress local, InetSocketAddress remote) throws IOException {
        return host.resourceManager().openConnection(Direction.INBOUND, false, QuicAddress.of(remote));
    }

    @Override
    public ConnectionScope unproved(InetSocketAddress remote) {
        try {
            return admit(remote, remote);
        } catch (IOException refused) {
            throw new IllegalStateException(refused);
        }
    }

    @Override
    public void admit(InetSocketAddress local, InetSocketAddress remote, ConnectionScope unproved) {}

    @Override
    public void accepted(QuicConnection connection, ConnectionScope scope) {
        connection.onClose(scope::close);
        arrived.add(connection);
    }

    @Override
    public void failed(InetSocketAddress local, InetSocketAddress remote, ConnectionScope scope, Throwable cause) {
        scope.close();
    }
}
