package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.core.connection.Connection;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two hosts over QUIC on loopback. */
class QuicHostTest {
    private static final String ADDRESS = "/ip4/127.0.0.1/udp/0/quic-v1";

    private Host server;
    private Host client;

    @BeforeEach
    void start() throws IOException {
        server = Libp2p.host().listen(ADDRESS).start();
        client = Libp2p.host().listen(ADDRESS).start();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private PeerAddress there() {
        return PeerAddress.of(server.peerId(), server.addresses());
    }

    @Test
    void aStreamCarriesBytesBothWaysAndHalfCloses() throws Exception {
        byte[] data = new byte[3 << 20];
        new java.util.Random(7).nextBytes(data);
        server.handle("/double/1", stream -> {
            byte[] all = stream.input().readAllBytes();
            stream.write(all);
            stream.write(all);
        });
        byte[] answer = client.open(there(), "/double/1", stream -> {
            stream.write(data);
            stream.closeWrite();
            return stream.input().readAllBytes();
        });
        assertThat(answer).hasSize(2 * data.length);
        assertThat(Arrays.copyOf(answer, data.length)).isEqualTo(data);
        assertThat(Arrays.copyOfRange(answer, data.length, answer.length)).isEqualTo(data);
    }

    @Test
    void nothingWrittenBeforeTheEndIsLost() throws Exception {
        LinkedBlockingQueue<Integer> counts = new LinkedBlockingQueue<>();
        server.handle("/count/1", stream -> counts.add(stream.input().readAllBytes().length));
        for (int i = 0; i < 20; i++) {
            int size = 300_000 + i;
            try (Stream stream = client.open(there(), DialOptions.DEFAULT, "/count/1")) {
                stream.write(new byte[size]);
            }
            assertThat(counts.take()).isEqualTo(size);
        }
    }

    @Test
    void aResetCarriesItsCode() throws Exception {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        server.handle("/reset/1", stream -> {
            stream.write(stream.input().readNBytes(1));
            try {
                stream.input().readAllBytes();
                seen.complete(new AssertionError("no reset"));
            } catch (IOException e) {
                seen.complete(e);
            }
        });
        Stream stream = client.open(there(), DialOptions.DEFAULT, "/reset/1");
        stream.write(new byte[] {1});
        assertThat(stream.input().readNBytes(1)).hasSize(1);
        stream.reset(0x1234);
        assertThat(seen.get()).isInstanceOfSatisfying(StreamResetException.class, reset -> {
            assertThat(reset.code()).isEqualTo(0x1234);
            assertThat(reset.isRemote()).isTrue();
        });
    }

    @Test
    void aWrongPeerIsNamed() {
        Identity other = Identity.generate(SystemEnvironment.shared());
        assertThatThrownBy(
                        () -> client.connect(PeerAddress.of(other.peerId(), server.addresses()), DialOptions.DEFAULT))
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .anySatisfy(cause -> assertThat(cause).isInstanceOf(PeerMismatchException.class)));
    }

    @Test
    void aDialLeavesFromTheListeningPort() throws Exception {
        Connection connection = client.connect(there(), DialOptions.DEFAULT);
        assertThat(client.addresses()).contains(connection.localAddress());
        assertThat(connection.state().portReused()).isTrue();
        assertThat(connection.state().transport()).isEqualTo("quic");
    }

    /** Both ends of one pair of ports at once: the ids of the dialed connections tell them apart. */
    @Test
    void twoHostsDialEachOtherFromTheirListeningPorts() throws Exception {
        server.handle("/name/1", stream -> stream.write("server".getBytes()));
        client.handle("/name/1", stream -> stream.write("client".getBytes()));
        String fromServer = client.open(
                there(), "/name/1", stream -> new String(stream.input().readAllBytes()));
        String fromClient = server.open(
                PeerAddress.of(client.peerId(), client.addresses()),
                "/name/1",
                stream -> new String(stream.input().readAllBytes()));
        assertThat(fromServer).isEqualTo("server");
        assertThat(fromClient).isEqualTo("client");
    }

    @Test
    void aPeerThatDoesNotReadHoldsUpTheWriter() throws Exception {
        CompletableFuture<Stream> held = new CompletableFuture<>();
        server.handle("/hold/1", stream -> {
            stream.detach();
            held.complete(stream);
        });
        Stream stream = client.open(there(), DialOptions.DEFAULT, "/hold/1");
        stream.writeTimeout(java.time.Duration.ofMillis(500));
        byte[] chunk = new byte[64 << 10];
        long written = 0;
        try {
            while (written < (64 << 20)) {
                stream.write(chunk);
                written += chunk.length;
            }
        } catch (IOException expected) {
            // the window is full
        }
        assertThat(written).isLessThan(8 << 20);
        held.get().reset(0);
        stream.reset(0);
    }
}
