import java.util.concurrent.TimeUnit;
import libp2p.Libp2p;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.nat.Nat;
import libp2p.nat.relay.RelayLimits;
import libp2p.protocols.ping.Ping;

/** A host that listens on no port is reached through a relay. */
void main() throws Exception {
    try (Host relay = Libp2p.host()
                    .listen("/ip4/127.0.0.1/tcp/0")
                    .with(Nat.create().withRelayService(RelayLimits.DEFAULT))
                    .start();
            Host hidden = Libp2p.host()
                    .listen(relay.fullAddresses().getFirst() + "/p2p-circuit") // keeps a place at the relay
                    .with(Nat.create())
                    .start();
            Host visitor = Libp2p.host().with(Nat.create()).start()) {
        Connection connection = visitor.connect(PeerAddress.parse(
                relay.fullAddresses().getFirst() + "/p2p-circuit/p2p/" + hidden.peerId()));
        System.out.println("limited: " + connection.isLimited());
        System.out.println("connected by " + connection.state().transport());
    }
}
