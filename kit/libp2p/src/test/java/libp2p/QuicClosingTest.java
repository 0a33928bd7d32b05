package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SynchronousQueue;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.ConnectionGater;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.core.resource.ScopeUsage;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.Swarm;
import libp2p.transports.quic.QuicLimits;
import libp2p.transports.quic.QuicTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Bytes that were written before a connection or a host closes arrive, whatever the link loses; and the cost of a
 * close.
 */
class QuicClosingTest {
    private static final String ADDRESS = "/ip4/127.0.0.1/udp/0/quic-v1";
    private static final String UPLOAD = "/upload/1";
    private static final int SIZE = 600_000;
    private static final int WINDOW = QuicLimits.DEFAULT.streamWindow();

    private final CompletableFuture<byte[]> uploaded = new CompletableFuture<>();
    private final SynchronousQueue<Stream> held = new SynchronousQueue<>();
    private Swarm server;
    private Swarm client;
    private UdpLink link;

    @BeforeEach
    void start() throws IOException {
        server = host(QuicLimits.DEFAULT.timeouts().linger(), ADDRESS);
        client = host(Duration.ofSeconds(4));
        link = new UdpLink(server.addresses().getFirst().port());
        server.handle(UPLOAD, stream -> {
            try {
                uploaded.complete(stream.input().readAllBytes());
            } catch (IOException cut) {
                uploaded.completeExceptionally(cut);
            }
        });
        server.handle("/hold/1", stream -> {
            stream.detach();
            held.put(stream);
        });
    }

    private static Swarm host(Duration linger, String... addresses) throws IOException {
        QuicLimits limits = QuicLimits.DEFAULT.withTimeouts(timeouts -> timeouts.withLinger(linger));
        return (Swarm) Libp2p.host()
                .transports(QuicTransport.factory(limits))
                .listen(addresses)
                .start();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        link.close();
        for (Swarm host : new Swarm[] {client, server}) {
            assertThat(host.threads()).isZero();
            assertThat(host.resourceManager().system().usage()).isEqualTo(ScopeUsage.EMPTY);
        }
    }

    private PeerAddress acrossTheLink() {
        return PeerAddress.parse("/ip4/127.0.0.1/udp/" + link.port() + "/quic-v1/p2p/" + server.peerId());
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[SIZE];
        new Random(5).nextBytes(bytes);
        return bytes;
    }

    private Stream upload() throws IOException {
        Stream stream = client.open(acrossTheLink(), UPLOAD);
        link.lose(number -> number % 19 == 4, number -> number % 23 == 3);
        stream.write(bytes());
        stream.closeWrite();
        return stream;
    }

    @Test
    void aConnectionThatClosesLosesNothingOnALossyLink() throws Exception {
        upload().connection().close(0, "done");
        assertThat(uploaded.get()).isEqualTo(bytes());
    }

    @Test
    void aHostThatClosesLosesNothingOnALossyLink() throws Exception {
        upload();
        client.close();
        assertThat(uploaded.get()).isEqualTo(bytes());
    }

    @Test
    void aStreamThatClosesLosesNothingOnALossyLink() throws Exception {
        upload().close();
        assertThat(uploaded.get()).isEqualTo(bytes());
    }

    @Test
    void aHostDoesNotWaitForAPeerThatIsGone() throws Exception {
        Stream stream = client.open(acrossTheLink(), "/hold/1");
        stream.write(new byte[] {1});
        Stream far = held.take();
        link.lose(number -> true, number -> true);
        far.write(new byte[1000]);
        server.close();
        assertThat(server.threads()).isZero();
        stream.reset(0);
    }

    /** Bytes that this side does not take ahead of its reader are lost with the connection. */
    @Test
    void whatCameBeforeTheRemoteClosedCanBeReadAfterwards() throws Exception {
        Stream stream = client.open(acrossTheLink(), "/hold/1");
        stream.write(new byte[] {1});
        Stream far = held.take();
        Stream witness = client.open(acrossTheLink(), "/hold/1");
        witness.write(new byte[] {1});
        Stream farWitness = held.take();
        assertThat(far.input().read()).isEqualTo(1);
        assertThat(farWitness.input().read()).isEqualTo(1);
        byte[] sent = Arrays.copyOf(bytes(), WINDOW - 1000);
        stream.write(sent);
        stream.closeWrite();
        stream.connection().close(0, "done");
        assertThatThrownBy(() -> farWitness.read(new byte[1], 0, 1)).isInstanceOf(ConnectionClosedException.class);
        assertThat(far.input().readAllBytes()).isEqualTo(sent);
    }

    @Test
    void aReaderLearnsThatTheConnectionWasClosedBehindTheData() throws Exception {
        Stream stream = client.open(acrossTheLink(), "/hold/1");
        stream.write(new byte[] {1, 2, 3});
        Stream far = held.take();
        stream.connection().close(0x1234, "enough");
        assertThat(far.input().readNBytes(3)).containsExactly(1, 2, 3);
        assertThatThrownBy(() -> far.read(new byte[1], 0, 1))
                .isInstanceOfSatisfying(
                        ConnectionClosedException.class,
                        e -> assertThat(e.reason().code()).isEqualTo(0x1234));
    }

    @Test
    void thePeerIsToldThatItWasGated() throws Exception {
        ConnectionGater gater = new ConnectionGater() {
            @Override
            public boolean interceptSecured(Direction direction, PeerId peer, Multiaddr remote) {
                return false;
            }
        };
        try (Host closed = Libp2p.host().listen(ADDRESS).gater(gater).start()) {
            Connection connection = client.connect(PeerAddress.of(closed.peerId(), closed.addresses()));
            assertThatThrownBy(() -> connection.open(Deadline.NONE, UPLOAD)).isInstanceOf(IOException.class);
            assertThat(connection.closeReason().remote()).isTrue();
            assertThat(connection.closeReason().code()).isEqualTo(ErrorCode.CONNECTION_GATED);
        }
    }

    @Test
    void aConnectionIsChargedAndKnowsItsRoundTrip() throws Exception {
        Stream stream = client.open(acrossTheLink(), "/hold/1");
        stream.write(new byte[] {1});
        Stream far = held.take();
        assertThat(stream.connection().roundTrip()).isPresent();
        assertThat(far.connection().roundTrip()).isPresent();
        QuicLimits limits = QuicLimits.DEFAULT;
        assertThat(client.resourceManager().system().usage().memory())
                .isGreaterThanOrEqualTo(limits.window() + limits.memory());
        far.reset(0);
    }
}
