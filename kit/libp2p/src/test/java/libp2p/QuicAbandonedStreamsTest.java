package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.metrics.HostObserver;
import libp2p.core.resource.ScopeUsage;
import libp2p.swarm.Swarm;
import org.junit.jupiter.api.Test;

/** Streams whose opener leaves before it has read the end of the answer, as go-libp2p's {@code Close} does. */
class QuicAbandonedStreamsTest {
    private static final String ECHO = "/echo/1";
    private static final int STREAMS = 4_000;

    /** How the opener leaves a stream of which it has read one byte. */
    private interface Leaving {
        void leave(Stream stream) throws IOException;
    }

    private static void everyStreamIsGivenBack(Leaving leaving) throws Exception {
        CountDownLatch ended = new CountDownLatch(STREAMS);
        HostObserver counting = new HostObserver() {
            @Override
            public void streamClosed(Stream stream) {
                if (stream.protocol().equals(ECHO)) {
                    ended.countDown();
                }
            }
        };
        Swarm server = (Swarm) Libp2p.host()
                .observer(counting)
                .listen("/ip4/127.0.0.1/udp/0/quic-v1")
                .start();
        try (Host client = Libp2p.host().start()) {
            server.handle(ECHO, stream -> stream.input().transferTo(stream.output()));
            Connection connection = client.connect(PeerAddress.of(server.peerId(), server.addresses()));
            byte[] one = {1};
            for (int i = 0; i < STREAMS; i++) {
                Stream stream = connection.open(Deadline.NONE, ECHO);
                stream.write(one);
                assertThat(stream.read(one, 0, 1)).isOne();
                leaving.leave(stream);
            }
            ended.await();
            assertThat(connection.isOpen()).isTrue();
        } finally {
            server.close();
        }
        assertThat(server.resourceManager().system().usage()).isEqualTo(ScopeUsage.EMPTY);
    }

    @Test
    void oneThatIsClosedWithoutReadingItsEndIsGivenBack() throws Exception {
        everyStreamIsGivenBack(stream -> {
            stream.closeRead(ErrorCode.NONE);
            stream.close();
        });
    }

    @Test
    void oneThatIsResetIsGivenBack() throws Exception {
        everyStreamIsGivenBack(stream -> stream.reset(7));
    }
}
