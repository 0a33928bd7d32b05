package libp2p.transports.webtransport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import libp2p.Libp2p;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.security.tls.BrowserCertificates;
import libp2p.security.tls.BrowserCertificates.Shown;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.Credentials;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.streams.engine.Application;
import libp2p.transports.quic.QuicAcceptor;
import libp2p.transports.quic.QuicAddress;
import libp2p.transports.quic.QuicConnection;
import libp2p.transports.quic.QuicLimits;
import libp2p.transports.quic.QuicTransport;
import libp2p.transports.quic.SharedUdpPorts;

/** A server that has agreed on HTTP/3, whose use of the connection a test chooses, and whose peers need prove nothing. */
final class RawServer implements QuicAcceptor {
    static final InetSocketAddress ADDRESS = new InetSocketAddress("10.0.0.1", 4001);

    private final Host host;
    private final Multiaddr address;
    private final Shown shown;
    private final Function<QuicConnection, Application> use;
    final BlockingQueue<QuicConnection> arrived = new ArrayBlockingQueue<>(4);

    private RawServer(
            Environment environment, Host host, InetSocketAddress local, Function<QuicConnection, Application> use) {
        this.host = host;
        this.use = use;
        shown = new BrowserCertificates(host.identity()).at(environment.wallClock());
        address = WebTransportAddress.on(QuicAddress.of(local), shown);
    }

    /** A client without settings or a session yet, and the server of its connection. */
    interface Story {
        void tell(Simulation simulation, RawClient client, Http3 server) throws Exception;
    }

    /** Has each of three seeds tell a story. */
    static void serve(Story story) {
        for (long seed = 1; seed <= 3; seed++) {
            Simulation.run(seed, simulation -> {
                SimulatedEnvironment inside = simulation.host("server", "10.0.0.1");
                SimulatedEnvironment outside = simulation.host("client", "10.0.0.2");
                SharedUdpPorts here = new SharedUdpPorts(QuicLimits.DEFAULT);
                SharedUdpPorts there = new SharedUdpPorts(QuicLimits.DEFAULT);
                try (Host to = host(inside, here);
                        Host from = host(outside, there)) {
                    RawServer server = RawServer.listen(
                            inside,
                            to,
                            here,
                            ADDRESS,
                            connection -> new Http3(connection, connection::engine, new ServerSide()));
                    RawClient client = RawClient.connect(outside, from, there, server.address());
                    simulation.await("the server", Duration.ofSeconds(5), () -> !server.arrived.isEmpty());
                    story.tell(simulation, client, Http3.on(server.arrived.remove()));
                    client.connection.close(0, "");
                }
            });
        }
    }

    static Host host(SimulatedEnvironment environment, SharedUdpPorts ports) throws IOException {
        return Libp2p.host()
                .environment(environment)
                .transports(QuicTransport.factory(ports))
                .start();
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
