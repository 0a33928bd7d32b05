package libp2p.transports.quic;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** The peer may end a connection before its memory is charged; then the reason is that of the peer, and no limit. */
class EndedBeforeChargeTest {
    private static final Multiaddr LOCAL = Multiaddr.parse("/ip4/127.0.0.1/udp/1/quic-v1");

    private final Environment environment = SystemEnvironment.shared();
    private final CountingResourceManager resources =
            new CountingResourceManager(environment, ResourceLimits.unlimited());

    private QuicPort port() throws Exception {
        Identity identity = Identity.generate(environment);
        Libp2pCertificate certificate = Libp2pCertificate.create(identity, environment);
        return new QuicEngine(environment, identity, certificate, QuicLimits.DEFAULT, Diagnostics.NONE)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Test
    void theReasonOfThePeerIsKept() throws Exception {
        LoopTurnsTest.Doorman doorman = new LoopTurnsTest.Doorman(LoopTurnsTest::credentials);
        try (QuicPort listener = port();
                QuicPort dialer = port();
                ConnectionScope scope = resources.openConnection(Direction.OUTBOUND, true, LOCAL)) {
            listener.accept(doorman);
            QuicConnection connection = dialer.connect(
                    listener.localAddress(), LoopTurnsTest.protocol(LoopTurnsTest::credentials), scope, Deadline.NONE);
            CountDownLatch ended = new CountDownLatch(1);
            connection.onClose(ended::countDown);
            doorman.arrived.take().close(ErrorCode.CONNECTION_GATED, "not wanted");
            ended.await();
            connection.charge();
            assertThat(connection.closeReason()).isNotNull();
            assertThat(connection.closeReason().code()).isEqualTo(ErrorCode.CONNECTION_GATED);
            assertThat(scope.usage().memory()).isZero();
        }
    }
}
