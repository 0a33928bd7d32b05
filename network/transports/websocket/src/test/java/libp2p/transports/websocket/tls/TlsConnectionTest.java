package libp2p.transports.websocket.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TcpListener;
import libp2p.core.testing.ChannelConnection;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS between two ends of a loopback connection. */
class TlsConnectionTest {
    private static final Environment ENVIRONMENT = SystemEnvironment.shared();
    private static final Duration CLOSING = Duration.ofSeconds(1);
    private static final CertifiedKey KEY = SelfSigned.create(ENVIRONMENT, List.of("peer.example", "127.0.0.1"));

    private RawConnection near;
    private RawConnection far;
    private final SSLEngine server = TlsEngines.server(KEY.context());

    @BeforeEach
    void connect() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (TcpListener listener = ENVIRONMENT.network().listenTcp(any, 1, false)) {
            near = new ChannelConnection(
                    ENVIRONMENT.network().connectTcp(null, listener.localAddress(), Deadline.NONE));
            far = new ChannelConnection(listener.accept());
        }
    }

    @AfterEach
    void close() {
        near.close();
        far.close();
    }

    private static <T> FutureTask<T> async(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofVirtual().start(task);
        return task;
    }

    private static TlsConnection open(RawConnection raw, SSLEngine engine) throws IOException {
        try {
            return TlsConnection.open(ENVIRONMENT, raw, engine, CLOSING, 128 << 10);
        } catch (IOException e) {
            raw.close(); // as the transport does
            throw e;
        }
    }

    private static TlsTrust trustInKey() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", KEY.chain().getFirst());
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return TlsTrust.of(context);
    }

    private static void readFully(RawConnection from, ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            assertThat(from.read(target)).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 16384, 100_000})
    void bytesTravelBothWaysInPiecesOfAnyLength(int piece) throws Exception {
        byte[] data = new byte[piece == 1 ? 2_000 : 1_000_000];
        new Random(piece).nextBytes(data);
        FutureTask<byte[]> echo = async(() -> {
            TlsConnection there = open(far, server);
            byte[] got = new byte[data.length];
            readFully(there, ByteBuffer.wrap(got));
            there.write(ByteBuffer.wrap(got));
            return got;
        });
        TlsConnection here = open(near, TlsEngines.client(trustInKey(), "peer.example", 443, "peer.example"));
        for (int at = 0; at < data.length; at += piece) {
            here.write(ByteBuffer.wrap(data, at, Math.min(piece, data.length - at)));
        }
        assertThat(echo.get()).isEqualTo(data);
        byte[] back = new byte[data.length];
        for (int at = 0; at < back.length; at += piece) {
            readFully(here, ByteBuffer.wrap(back, at, Math.min(piece, back.length - at)));
        }
        assertThat(back).isEqualTo(data);
        ExtendedSSLSession session = (ExtendedSSLSession) server.getSession();
        assertThat(session.getRequestedServerNames()).containsExactly(new SNIHostName("peer.example"));
    }

    private Throwable refusal(TlsTrust trust, String host) throws InterruptedException {
        FutureTask<TlsConnection> there = async(() -> open(far, server));
        Throwable[] refusal = new Throwable[1];
        assertThatThrownBy(() -> open(near, TlsEngines.client(trust, host, 443, null)))
                .isInstanceOf(SSLException.class)
                .satisfies(e -> refusal[0] = e);
        try {
            there.get().read(ByteBuffer.allocate(1)); // with TLS 1.3 the server may be done before
            throw new AssertionError("the server heard nothing of the refusal");
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(IOException.class);
        } catch (IOException heard) {
            assertThat(heard).isNotNull(); // the alert, or the end of the connection
        }
        return refusal[0];
    }

    @Test
    void aCertificateForAnotherNameIsRefusedAndTheNameIsNamed() throws Exception {
        assertThat(refusal(trustInKey(), "other.example")).hasMessageContaining("other.example");
    }

    @Test
    void aCertificateOfNoKnownAuthorityIsRefused() throws Exception {
        assertThat(refusal(TlsTrust.system(), "peer.example")).hasMessageContaining("certification path");
    }

    @Test
    void anyCertificateWillDoForADialerThatAsksForThat() throws Exception {
        FutureTask<TlsConnection> there = async(() -> open(far, server));
        open(near, TlsEngines.client(TlsTrust.insecure(), "third.example", 443, null));
        there.get();
    }

    @Test
    void aCertificateMayBeForAnAddress() throws Exception {
        FutureTask<TlsConnection> there = async(() -> open(far, server));
        open(near, TlsEngines.client(trustInKey(), "127.0.0.1", 443, null));
        there.get();
    }

    @Test
    void aHandshakeBeyondItsBytesIsCutOff() {
        async(() -> open(far, server));
        SSLEngine client = TlsEngines.client(TlsTrust.insecure(), "peer.example", 443, null);
        assertThatThrownBy(() -> TlsConnection.open(ENVIRONMENT, near, client, CLOSING, 100))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("limit of 100 bytes");
    }

    @Test
    void somethingElseThanTlsIsRefused() throws Exception {
        near.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        assertThatThrownBy(() -> open(far, server)).isInstanceOf(SSLException.class);
    }

    @Test
    void closingTellsTheOtherSideAndEndsABlockedReader() throws Exception {
        FutureTask<TlsConnection> accepted = async(() -> open(far, server));
        TlsConnection here = open(near, TlsEngines.client(TlsTrust.insecure(), "peer.example", 443, null));
        TlsConnection there = accepted.get();
        there.write(ByteBuffer.allocate(1));
        readFully(
                here,
                ByteBuffer.allocate(1)); // and the tickets: bytes that are not read would make a reset of the close
        FutureTask<Integer> reader = async(() -> here.read(ByteBuffer.allocate(10)));
        FutureTask<Integer> remote = async(() -> there.read(ByteBuffer.allocate(10)));
        here.close();
        assertThat(remote.get()).isEqualTo(-1);
        assertThatThrownBy(reader::get).hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> here.read(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
    }
}
