package libp2p.node.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.http.HttpHandler;
import libp2p.http.HttpLimits;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The control socket of a node that is short of memory, is told to end, or is given strange times. */
@Timeout(60)
class ControlAttackTest {
    private static final SystemEnvironment ENVIRONMENT = SystemEnvironment.shared();

    @TempDir
    Path folder;

    private Path socket() {
        return folder.resolve("control").resolve("socket");
    }

    private UnixHttpServer serve(HttpHandler handler, UnixHttpServer.Accept accept) throws IOException {
        return UnixHttpServer.start(ENVIRONMENT, socket(), handler, HttpLimits.DEFAULT, accept);
    }

    private SocketChannel ask(String target) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket()));
        channel.write(ByteBuffer.wrap(("POST " + target + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(UTF_8)));
        return channel;
    }

    private static String all(SocketChannel channel) throws IOException {
        try (channel) {
            return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        }
    }

    private static ControlHandler version() {
        return new ControlHandler(Map.of("/api/v0/do", request -> Responses.object(Map.of("Done", true))));
    }

    @Test
    void aSocketServesOnWhenItsThreadWasWithoutMemory() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        UnixHttpServer.Accept accept = listener -> {
            if (calls.getAndIncrement() == 0) {
                throw new OutOfMemoryError("Java heap space");
            }
            return listener.accept();
        };
        try (UnixHttpServer server = serve(version(), accept)) {
            assertThat(server).isNotNull();
            assertThat(all(ask("/api/v0/do"))).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999h999999999h", "999999999h"})
    void aTimeoutOfThousandsOfYearsIsNone(String time) throws Exception {
        try (UnixHttpServer server = serve(version(), ServerSocketChannel::accept)) {
            assertThat(server).isNotNull();
            assertThat(all(ask("/api/v0/do?timeout=" + time))).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aClientThatWaitsIsToldThatTheNodeEnds() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        ControlHandler waits = new ControlHandler(Map.of("/api/v0/do", request -> {
            request.context().whenLeft(left::countDown);
            begun.countDown();
            try {
                left.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            throw new IOException("the session was closed");
        }));
        UnixHttpServer server = serve(waits, ServerSocketChannel::accept);
        SocketChannel client = ask("/api/v0/do");
        begun.await();
        server.close();
        assertThat(all(client)).startsWith("HTTP/1.1 500 ").contains("\"Message\":\"the node ends\"");
    }

    @Test
    void aClientThatDoesNotReadHoldsNoNodeThatEnds() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        ControlHandler writes = new ControlHandler(Map.of(
                "/api/v0/do",
                request -> Responses.bytes("text/plain", out -> {
                    try {
                        while (true) {
                            out.write(new byte[1 << 16]);
                            begun.countDown();
                        }
                    } finally {
                        failed.countDown();
                    }
                })));
        UnixHttpServer server = serve(writes, ServerSocketChannel::accept);
        try (SocketChannel client = ask("/api/v0/do")) {
            begun.await();
            server.close();
            failed.await();
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void aDialWhoseTimeIsOverIsAnswered() throws Exception {
        try (Host host = Libp2p.host().start();
                ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ControlHandler handler = new ControlHandler(new HostOperations(new HostControl(host)).byPath());
            try (UnixHttpServer server = serve(handler, ServerSocketChannel::accept)) {
                assertThat(server).isNotNull();
                String peer = "/ip4/127.0.0.1/tcp/" + silent.getLocalPort()
                        + "/p2p/12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo";
                assertThat(all(ask("/api/v0/swarm/connect?timeout=100ms&arg=" + peer)))
                        .startsWith("HTTP/1.1 500 ")
                        .contains("took more than 100 ms")
                        .contains("\"ExitCode\":3");
            }
        }
    }
}
