package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.metrics.HostObserver;
import libp2p.swarm.Swarm;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.swarm.resource.ScopeKind;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** A peer that asks for much and reads nothing, until its connection has more memory than it may have. */
class QuicOverLimitTest {
    private static final int MEMORY = 1 << 20;
    private static final int DOWNLOADS = 4;

    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch overLimit = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean silent;

    private Swarm server() throws Exception {
        ResourceLimits limits = ResourceLimits.unlimited();
        limits = limits.with(
                ScopeKind.CONNECTION, limits.of(ScopeKind.CONNECTION).withMemory(MEMORY));
        Swarm server = (Swarm) Libp2p.host()
                .resources(new CountingResourceManager(SystemEnvironment.shared(), limits))
                .listen("/ip4/127.0.0.1/udp/0/quic-v1")
                .start();
        server.handle("/much/1", stream -> {
            opened.await();
            try {
                stream.write(new byte[16 << 20]);
            } finally {
                overLimit.countDown();
            }
        });
        return server;
    }

    /**
     * Holds the acknowledgements back until the server has had enough, as a long way does: its congestion window is
     * full then.
     */
    private boolean delay() {
        try {
            if (silent) {
                overLimit.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    @Test
    void thePeerIsToldWhyItsConnectionIsClosed() throws Exception {
        HostObserver observer = new HostObserver() {
            @Override
            public void connectionClosed(Connection connection) {
                closed.countDown();
            }
        };
        try (Swarm server = server();
                UdpLink link = new UdpLink(server.addresses().getFirst().port());
                Host client = Libp2p.host().observer(observer).start()) {
            link.lose(number -> delay(), number -> false);
            Connection connection = client.connect(
                    PeerAddress.parse("/ip4/127.0.0.1/udp/" + link.port() + "/quic-v1/p2p/" + server.peerId()));
            List<Stream> unread = new ArrayList<>();
            for (int i = 0; i < DOWNLOADS; i++) {
                unread.add(connection.open(Deadline.NONE, "/much/1"));
            }
            silent = true;
            opened.countDown();
            closed.await();
            CloseReason reason = connection.closeReason();
            assertThat(reason).isNotNull();
            assertThat(reason.remote()).isTrue();
            assertThat(reason.code()).isEqualTo(ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED);
            unread.forEach(Stream::close);
        }
    }
}
