package libp2p;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.host.ConnectionGater;
import libp2p.core.host.Host;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.transports.websocket.WebSocketTransport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Behind a reverse proxy that is trusted, limits and gaters hold for each of its clients, and not for the proxy. */
class TrustedProxyTest {
    private static final WebSocketTransport.Options TRUSTING =
            WebSocketTransport.Options.DEFAULT.withTrustedProxies(InetAddress::isLoopbackAddress);

    private final List<Socket> open = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** Asks for a WebSocket as a proxy does; the first line of the answer, or null if the connection is closed. */
    private @Nullable String upgrade(Host server, String forwarded) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.addresses().getFirst().port());
        open.add(socket);
        socket.getOutputStream()
                .write(("GET / HTTP/1.1\r\nHost: peer\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                + forwarded + "\r\n")
                        .getBytes(US_ASCII));
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
    }

    private @Nullable String from(Host server, String client) throws IOException {
        return upgrade(server, "X-Forwarded-For: " + client + "\r\n");
    }

    private static HostBuilder host(WebSocketTransport.Options options) {
        return Libp2p.host().webSocket(options).listen("/ip4/127.0.0.1/tcp/0/ws");
    }

    @Test
    void theConnectionsOfOneClientAreLimited() throws IOException {
        try (Host server = host(TRUSTING).start()) {
            for (int i = 0; i < 8; i++) {
                assertThat(from(server, "203.0.113.7")).contains("101");
            }
            assertThat(from(server, "203.0.113.7")).as("a ninth").isNull();
            assertThat(from(server, "203.0.113.8")).as("another client").contains("101");
            assertThat(upgrade(server, "")).as("the proxy itself").contains("101");
            assertThat(from(server, "no-address")).contains("400");
        }
    }

    @Test
    void noOtherProxyIsBelieved() throws IOException {
        try (Host server = host(WebSocketTransport.Options.DEFAULT).start()) {
            for (int i = 0; i < 9; i++) {
                assertThat(from(server, "203.0.113.7")).contains("101");
            }
        }
    }

    @Test
    void theGaterIsAskedAboutTheClient() throws IOException {
        try (Host server = host(TRUSTING)
                .gater(new ConnectionGater() {
                    @Override
                    public boolean interceptAccept(Multiaddr local, Multiaddr remote) {
                        return !remote.toString().equals("/ip4/203.0.113.9/tcp/0/ws");
                    }
                })
                .start()) {
            assertThat(from(server, "203.0.113.9")).isNull();
            assertThat(from(server, "203.0.113.10")).contains("101");
        }
    }
}
