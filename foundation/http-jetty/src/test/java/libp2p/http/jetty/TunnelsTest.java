package libp2p.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import libp2p.core.testing.AnyCertificate;
import libp2p.http.HttpResponse;
import libp2p.system.SystemEnvironment;
import libp2p.transports.websocket.tls.CertificateSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP CONNECT, which leads to the server itself and nowhere else. */
class TunnelsTest {
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static HttpServer serve(boolean tls, HttpServerLimits limits) throws IOException {
        return HttpServer.start(
                LOOPBACK,
                tls
                        ? CertificateSource.selfSigned(SystemEnvironment.shared(), "localhost")
                                .current(SystemEnvironment.shared())
                        : null,
                request -> HttpResponse.text(
                        200,
                        request.method() + " " + request.header("host") + request.path() + " "
                                + request.context().isSecure()),
                limits,
                name -> name.equals("example.com") || name.endsWith(".ipfs.example.com"));
    }

    private static Socket client(HttpServer server, boolean tls) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new AnyCertificate()}, new SecureRandom());
        SocketFactory sockets = tls ? context.getSocketFactory() : SocketFactory.getDefault();
        Socket socket = sockets.createSocket(server.address(), server.port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void send(Socket socket, String head) throws IOException {
        socket.getOutputStream().write((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** A status, and the body if there is one. */
    private static String receive(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int one = in.read();
            if (one < 0) {
                return "end";
            }
            head.append((char) one);
        }
        String lower = head.toString().toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length: ");
        int length = at < 0 ? 0 : Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)));
        return head.substring(9, 12) + " " + new String(in.readNBytes(length), StandardCharsets.US_ASCII).strip();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:PORT, false",
        "127.0.0.1:PORT, true",
        "example.com:PORT, false",
        "EXAMPLE.com:80, false",
        "bafy.ipfs.example.com:80, false",
        "bafy.ipfs.example.com:PORT, true",
    })
    void theServerIsItsOwnProxy(String target, boolean tls) throws Exception {
        try (HttpServer server = serve(tls, HttpServerLimits.DEFAULT);
                Socket socket = client(server, tls)) {
            InputStream in = socket.getInputStream();
            String authority = target.replace("PORT", "" + server.port());
            for (int tunnel = 0; tunnel < 3; tunnel++) { // also from within another
                send(socket, "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority);
                assertThat(receive(in)).isEqualTo("200 ");
            }
            for (String path : new String[] {"/a", "/b"}) {
                send(socket, "GET " + path + " HTTP/1.1\r\nHost: other.example");
                assertThat(receive(in)).isEqualTo("200 GET other.example" + path + " " + tls);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:22",
                "127.0.0.2:PORT",
                "[::1]:PORT",
                "localhost:PORT",
                "example.com:22",
                "example.com:443",
                "example.com.evil.example:80",
                "evilexample.com:80",
                "169.254.169.254:80",
                "2130706433:PORT",
                "0x7f.0.0.1:PORT",
                "0.0.0.0:PORT",
                "user@example.com:80",
                "example.com",
            })
    void nothingElseIsReached(String target) throws Exception {
        try (HttpServer server = serve(false, HttpServerLimits.DEFAULT);
                Socket socket = client(server, false)) {
            String authority = target.replace("PORT", "" + server.port());
            send(socket, "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority);
            assertThat(receive(socket.getInputStream())).startsWith("40");
        }
    }

    @Test
    void whatIsRefusedIsToldSo() throws Exception {
        try (HttpServer server = serve(false, HttpServerLimits.DEFAULT);
                Socket socket = client(server, false)) {
            for (int i = 0; i < 2; i++) { // the connection goes on
                send(socket, "CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22");
                assertThat(receive(socket.getInputStream())).isEqualTo("403 tunnels end in this server alone");
            }
            send(socket, "GET /x HTTP/1.1\r\nHost: h");
            assertThat(receive(socket.getInputStream())).isEqualTo("200 GET h/x false");
        }
    }

    @Test
    void aTunnelThatIsNotUsedEnds() throws Exception {
        HttpServerLimits limits = HttpServerLimits.DEFAULT.withIdle(Duration.ofSeconds(3));
        try (HttpServer server = serve(false, limits);
                Socket socket = client(server, false)) {
            send(socket, "CONNECT 127.0.0.1:" + server.port() + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port());
            assertThat(receive(socket.getInputStream())).isEqualTo("200 ");
            assertThat(receive(socket.getInputStream())).isEqualTo("end");
        }
    }

    @Test
    void tunnelsCountAsConnections() throws Exception {
        try (HttpServer server = serve(false, HttpServerLimits.DEFAULT.withConnections(1));
                Socket first = client(server, false);
                Socket second = client(server, false)) {
            String here = "127.0.0.1:" + server.port();
            send(first, "CONNECT " + here + " HTTP/1.1\r\nHost: " + here);
            assertThat(receive(first.getInputStream())).isEqualTo("200 ");
            send(second, "GET /second HTTP/1.1\r\nHost: h");
            send(first, "GET /first HTTP/1.1\r\nHost: h");
            assertThat(receive(first.getInputStream())).isEqualTo("200 GET h/first false");
            assertThat(second.getInputStream().available()).isZero();
            first.close();
            assertThat(receive(second.getInputStream())).isEqualTo("200 GET h/second false");
        }
    }
}
