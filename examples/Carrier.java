import java.io.IOException;
import libp2p.Libp2p;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.Listener;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.core.host.TransportFactory;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.transports.tcp.TcpTransport;

/** Dials addresses such as /ip4/127.0.0.1/sctp/4001 over TCP of the same port. */
static final class CarrierTransport implements Transport {
    private final Transport tcp;

    CarrierTransport(TransportFactory.Context context) {
        tcp = TcpTransport.factory(TcpTransport.Options.DEFAULT).create(context);
    }

    private static Multiaddr overTcp(Multiaddr address) {
        return Multiaddr.parse(address.toString().replace("/sctp/", "/tcp/"));
    }

    @Override
    public String name() {
        return "carrier";
    }

    @Override
    public boolean canDial(Multiaddr address) {
        return address.toString().contains("/sctp/") && tcp.canDial(overTcp(address));
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        return tcp.dial(overTcp(address), request);
    }

    @Override
    public boolean canListen(Multiaddr address) {
        return false;
    }

    @Override
    public Listener listen(Multiaddr address, ConnectionAcceptor inbound) throws IOException {
        throw new IOException("the carrier only dials");
    }

    @Override
    public void close() {
        tcp.close();
    }
}

void main() throws Exception {
    try (Host server = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start();
            Host client = Libp2p.host()
                    .with(assembly -> assembly.transport(CarrierTransport::new))
                    .start()) {
        Multiaddr address = Multiaddr.parse(server.addresses().getFirst().toString().replace("/tcp/", "/sctp/"));
        Connection connection = client.connect(PeerAddress.of(server.peerId(), java.util.List.of(address)));
        System.out.println("connected by " + connection.state().transport());
    }
}
