package libp2p.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.http.HeadLimits;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpRequest;
import libp2p.http.HttpRequestException;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Test;

/** Responses of devices, well formed and not, in simulated time. */
class TcpHttpClientTest {
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    private static HttpRequest request() {
        return HttpRequest.of("POST", "/x?y", Map.of("A", "b")).withBody(new byte[] {'z'});
    }

    @FunctionalInterface
    private interface Step {
        void run(TcpHttpClient client, SimulatedEnvironment environment) throws IOException;
    }

    /** A device that sends some bytes and ends the connection, or keeps it. */
    private void underDevice(String answer, boolean ends, Step step) {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment device = simulation.host("device", "10.0.0.1");
            SimulatedEnvironment host = simulation.host("host", "10.0.0.2");
            InetSocketAddress address = new InetSocketAddress("10.0.0.1", 80);
            TcpListener listener = device.network().listenTcp(address, 1, false);
            device.start("device", () -> {
                try (TcpChannel channel = listener.accept()) {
                    ByteBuffer request = ByteBuffer.allocate(1000);
                    while (request.position() == 0 || request.get(request.position() - 1) != 'z') {
                        assertThat(channel.read(request)).isPositive();
                    }
                    seen.write(request.array(), 0, request.position());
                    channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
                    if (!ends) {
                        assertThat(channel.read(ByteBuffer.allocate(1)))
                                .as("the client ends it")
                                .isEqualTo(-1);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            step.run(new TcpHttpClient(host, address, HeadLimits.DEFAULT), host);
            listener.close();
        });
    }

    private void isAnswered(String answer, boolean ends, int status, String body) {
        underDevice(answer, ends, (client, environment) -> {
            try (HttpClientResponse response = client.send(request(), Deadline.NONE)) {
                assertThat(response.status()).isEqualTo(status);
                assertThat(new String(response.bytes("answer", 100), StandardCharsets.US_ASCII))
                        .isEqualTo(body);
            }
        });
    }

    @Test
    void bodiesOfALengthInChunksAndUpToTheEndAreRead() {
        isAnswered("HTTP/1.1 500 Error\r\nContent-Length: 2\r\n\r\nab", false, 500, "ab");
        isAnswered(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
                false,
                200,
                "abcd");
        isAnswered("HTTP/1.0 200 OK\r\n\r\nall", true, 200, "all");
        assertThat(seen.toString(StandardCharsets.US_ASCII))
                .startsWith("POST /x?y HTTP/1.1\r\nHost: 10.0.0.1:80\r\nA: b\r\nContent-Length: 1\r\n"
                        + "Connection: close\r\n\r\nz");
    }

    @Test
    void answersThatAreNoHttpOrAreCutAreErrors() {
        for (String wrong : List.of(
                "",
                "SSH-2.0\r\n\r\n",
                "HTTP/1.1 200",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nab")) {
            underDevice(
                    wrong,
                    true,
                    (client, environment) -> assertThatThrownBy(() -> {
                                try (HttpClientResponse response = client.send(request(), Deadline.NONE)) {
                                    response.bytes("answer", 100);
                                }
                            })
                            .as(wrong)
                            .isInstanceOf(HttpRequestException.class));
        }
    }

    @Test
    void aDeviceThatIsSilentIsLeftAtTheDeadline() {
        for (String part : List.of("", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab")) {
            underDevice(part, false, (client, environment) -> {
                long begun = environment.nanoTime();
                assertThatThrownBy(() -> {
                            Deadline deadline = Deadline.after(environment, Duration.ofSeconds(3));
                            try (HttpClientResponse response = client.send(request(), deadline)) {
                                response.bytes("answer", 100);
                            }
                        })
                        .as(part)
                        .isInstanceOf(DeadlineExceededException.class);
                assertThat(Duration.ofNanos(environment.nanoTime() - begun)).isEqualTo(Duration.ofSeconds(3));
            });
        }
    }

    @Test
    void aHeadThatWouldEndInsideAFieldIsNotSent() {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment host = simulation.host("host", "10.0.0.2");
            TcpHttpClient client = new TcpHttpClient(host, new InetSocketAddress("10.0.0.1", 80), HeadLimits.DEFAULT);
            assertThatThrownBy(() -> client.send(
                            HttpRequest.of("GET", "/", Map.of("SOAPAction", "x\r\nHost: y")), Deadline.NONE))
                    .isInstanceOf(HttpRequestException.class)
                    .hasMessageContaining("SOAPAction");
        });
    }

    @Test
    void interimResponsesArePassedOverAndAreNotManyBeforeTheFinalOne() {
        String early = "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n";
        isAnswered("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", false, 200, "ab");
        isAnswered(early + early + "HTTP/1.1 404 No\r\n\r\nall", true, 404, "all");
        underDevice(
                early.repeat(1000),
                false,
                (client, environment) -> assertThatThrownBy(() -> client.send(request(), Deadline.NONE))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("interim"));
    }
}
