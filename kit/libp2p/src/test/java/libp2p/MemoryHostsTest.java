package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import libp2p.core.connection.DialException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.ping.Ping;
import libp2p.swarm.memory.MemoryNetwork;
import org.junit.jupiter.api.Test;

/** Hosts of one process that reach each other by the numbers of a memory network. */
class MemoryHostsTest {
    private final MemoryNetwork network = new MemoryNetwork();

    private Host host(String... listen) throws IOException {
        return Libp2p.host().transports(network.factory()).listen(listen).start();
    }

    @Test
    void hostsOfOneNetworkReachEachOtherByNumber() throws Exception {
        try (Host server = host("/memory/7");
                Host client = host()) {
            assertThat(server.addresses()).containsExactly(Multiaddr.parse("/memory/7"));
            assertThat(Ping.once(client, PeerAddress.of(server.peerId(), server.addresses())))
                    .isGreaterThan(Duration.ZERO);
            assertThat(client.connections())
                    .singleElement()
                    .satisfies(connection ->
                            assertThat(connection.state().transport()).isEqualTo("memory"));
        }
    }

    @Test
    void aNumberIsTakenOnceAndFreeAgainWhenItsHostIsClosed() throws Exception {
        try (Host server = host("/memory/7")) {
            assertThat(server.addresses()).hasSize(1);
            assertThatThrownBy(() -> host("/memory/7"))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot listen on /memory/7: address in use: /memory/7");
        }
        host("/memory/7").close();
    }

    @Test
    void aNumberWhereNoHostListensRefusesAndOtherNetworksAreNotSeen() throws Exception {
        try (Host server = Libp2p.host()
                        .transports(new MemoryNetwork().factory())
                        .listen("/memory/7")
                        .start();
                Host client = host()) {
            PeerAddress elsewhere = PeerAddress.of(server.peerId(), server.addresses());
            assertThatThrownBy(() -> client.connect(elsewhere))
                    .isInstanceOfSatisfying(
                            DialException.class,
                            e -> assertThat(e.causes().values()).singleElement().isInstanceOf(ConnectException.class));
        }
    }
}
