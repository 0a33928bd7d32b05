package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import libp2p.core.connection.Connection;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.resource.Direction;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.Swarm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two halves of a hole punch over QUIC: one dials, the other sends packets and waits for the first. */
class QuicHolePunchTest {
    private static final String ADDRESS = "/ip4/127.0.0.1/udp/0/quic-v1";

    private Host initiator;
    private Host responder;

    @BeforeEach
    void start() throws IOException {
        initiator = Libp2p.host().listen(ADDRESS).start();
        responder = Libp2p.host().listen(ADDRESS).start();
    }

    @AfterEach
    void stop() {
        initiator.close();
        responder.close();
        assertThat(((Swarm) responder).threads()).isZero();
    }

    @Test
    void theResponderSendsPacketsAndGetsTheConnectionThatComesIn() throws Exception {
        try (DatagramSocket beside = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            List<Multiaddr> addresses = new ArrayList<>(initiator.addresses());
            addresses.add(Multiaddr.parse("/ip4/127.0.0.1/udp/" + beside.getLocalPort() + "/quic-v1"));
            FutureTask<Connection> half = new FutureTask<>(() -> responder.connect(
                    PeerAddress.of(initiator.peerId(), addresses), DialOptions.holePunch(Role.RESPONDER)));
            Thread.ofVirtual().start(half);
            beside.receive(new DatagramPacket(new byte[64], 64)); // it punches towards every address
            assertThat(half.isDone()).isFalse();
            Connection dialed = initiator.connect(
                    PeerAddress.of(responder.peerId(), responder.addresses()), DialOptions.holePunch(Role.INITIATOR));
            Connection arrived = half.get();
            assertThat(dialed.direction()).isEqualTo(Direction.OUTBOUND);
            assertThat(arrived.direction()).isEqualTo(Direction.INBOUND);
            assertThat(arrived.remotePeer()).isEqualTo(initiator.peerId());
            assertThat(responder.connections()).containsExactly(arrived);
        }
    }

    @Test
    void theResponderGivesUpAtItsDeadlineAndHoldsNothing() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/udp/" + silent.getLocalPort() + "/quic-v1");
            DialOptions brief = DialOptions.holePunch(Role.RESPONDER).withTimeout(Duration.ofMillis(300));
            assertThatThrownBy(() -> responder.connect(PeerAddress.of(initiator.peerId(), List.of(address)), brief))
                    .isInstanceOf(DeadlineExceededException.class);
            silent.receive(new DatagramPacket(new byte[64], 64));
            assertThat(responder.connections()).isEmpty();
            assertThat(responder.resourceManager().usage()).isEmpty();
        }
    }
}
