package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.SystemEnvironment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.metrics.HostObserver;
import libp2p.swarm.Swarm;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.swarm.resource.ScopeKind;
import org.junit.jupiter.api.Test;

/** A peer that asks for much and reads nothing, until its connection has more memory than it may have. */
class QuicOverLimitTest {
    private static final int MEMORY = 1 << 20;
    private static final int DOWNLOADS = 60;

    @Test
    void thePeerIsToldWhyItsConnectionIsClosed() throws Exception {
        ResourceLimits limits = ResourceLimits.unlimited();
        limits = limits.with(
                ScopeKind.CONNECTION, limits.of(ScopeKind.CONNECTION).withMemory(MEMORY));
        CountDownLatch closed = new CountDownLatch(1);
        HostObserver observer = new HostObserver() {
            @Override
            public void connectionClosed(Connection connection) {
                closed.countDown();
            }
        };
        try (Swarm server = (Swarm) Libp2p.host()
                        .resources(new CountingResourceManager(SystemEnvironment.shared(), limits))
                        .listen("/ip4/127.0.0.1/udp/0/quic-v1")
                        .start();
                Host client = Libp2p.host().observer(observer).start()) {
            server.handle("/much/1", stream -> stream.write(new byte[16 << 20]));
            Connection connection = client.connect(PeerAddress.of(server.peerId(), server.addresses()));
            List<Stream> unread = new ArrayList<>();
            try {
                for (int i = 0; i < DOWNLOADS; i++) {
                    unread.add(connection.open(Deadline.NONE, "/much/1"));
                }
            } catch (IOException closedEarly) {
                // the limit was reached before all of them were open
            }
            closed.await();
            CloseReason reason = connection.closeReason();
            assertThat(reason).isNotNull();
            assertThat(reason.remote()).isTrue();
            assertThat(reason.code()).isEqualTo(ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED);
            unread.forEach(Stream::close);
        }
    }
}
