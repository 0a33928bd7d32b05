package libp2p.scenarios.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import libp2p.Libp2p;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.ping.Ping;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two strangers over QUIC send packets that ask for acknowledgements, and acknowledge nothing themselves, against a node with a
 * small heap in a process of its own. Honest peers that come later and say nothing keep their connections: when memory is
 * short, the newest of those that cost the same are closed first. The small form, in simulated time, is in {@link
 * QuicFramesTest}.
 */
class SilentPeersTest {
    private static final int HEAP = 128;
    private static final int HONEST = 20;
    private static final int PACKETS = 3_000_000;

    @Test
    @Tag("long")
    void twentyHonestIdleConnectionsOutliveTwoStrangersThatAcknowledgeNothing() throws Exception {
        List<Host> hosts = new ArrayList<>();
        try (Child victim = Child.start(command(HEAP, Victim.class, "quic"))) {
            Child.Answer ready = victim.expect("ready");
            Multiaddr address = Multiaddr.parse(ready.text("address"));
            PeerAddress node = PeerAddress.of(PeerId.parse(ready.text("peer")), List.of(address));
            try (Child attacker = Child.start(
                    command(256, Attacker.class, "silence", String.valueOf(address.port()), String.valueOf(PACKETS)))) {
                attacker.expect("begun");
                attacker.tell("go");
                attacker.tell("rest"); // with the connections that they have made
                List<Connection> connections = new ArrayList<>();
                for (int i = 0; i < HONEST; i++) {
                    Host host = Libp2p.host().start();
                    hosts.add(host);
                    connections.add(host.connect(node));
                }
                attacker.tell("go");
                attacker.expect("done");
                assertThat(connections).allMatch(Connection::isOpen);
                for (Host host : hosts) {
                    assertThat(Ping.once(host, node)).isPositive();
                }
                attacker.end("ended");
            }
        } finally {
            hosts.forEach(Host::close);
        }
    }

    private static List<String> command(int heap, Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>(Child.java(heap));
        command.add(program.getName());
        command.addAll(List.of(arguments));
        return command;
    }
}
