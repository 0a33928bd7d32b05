package example;

import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.ping.Ping;

/** Two hosts in one application. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        try (Host server = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start();
                Host client = Libp2p.host().start()) {
            Ping.once(client, PeerAddress.of(server.peerId(), server.addresses()));
            System.out.println("pinged");
        }
    }
}
