package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.http.HttpHandler;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.client.StreamHttpClient;
import libp2p.http.streams.HttpStreams;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Work for requests over streams ends when its client has left, and when it takes too long (simulated time). */
class LeavingPeersTest {
    private static TestNode serving(World world, String name, HttpHandler handler) throws IOException {
        return world.node(
                name, builder -> builder.with(HttpStreams.serving(GatewayOverStreams.PROTOCOL, "/", handler)));
    }

    private static void pause(World world, Duration time) throws IOException {
        try {
            world.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Test
    void workForAPeerThatHasResetItsStreamEndsAndGoesOnForOneThatHasSaidAll() {
        World.underSeeds(2, world -> {
            List<String> ends = new CopyOnWriteArrayList<>();
            TestNode server = serving(world, "server", request -> {
                try {
                    for (int i = 0; i < 20; i++) {
                        pause(world, Duration.ofSeconds(1));
                        request.context().check();
                    }
                } catch (IOException e) {
                    ends.add(e.getClass().getSimpleName());
                    throw e;
                }
                ends.add("done");
                return HttpResponse.text(200, "worked");
            });
            TestNode asking = world.node("asking");
            String request = "GET / HTTP/1.1\r\nHost: " + server.id() + "\r\n\r\n";
            try (Stream leaves = asking.open(server, HttpStreams.PROTOCOL);
                    Stream waits = asking.open(server, HttpStreams.PROTOCOL)) {
                leaves.write(request.getBytes(StandardCharsets.US_ASCII));
                waits.write(request.getBytes(StandardCharsets.US_ASCII));
                waits.closeWrite();
                pause(world, Duration.ofSeconds(3));
                leaves.reset(ErrorCode.NONE);
                assertThat(new String(waits.input().readAllBytes(), StandardCharsets.US_ASCII))
                        .endsWith("worked\n");
            }
            assertThat(ends).containsExactly("ClientGoneException", "done");
        });
    }

    @Test
    void workThatGivesAPeerNothingEndsAfterAMinute() {
        World.underSeeds(1, world -> {
            List<String> ends = new CopyOnWriteArrayList<>();
            TestNode server = serving(world, "server", request -> {
                try {
                    while (true) {
                        pause(world, Duration.ofSeconds(1));
                        request.context().check();
                    }
                } catch (IOException e) {
                    ends.add(e.getClass().getSimpleName());
                    throw e;
                }
            });
            TestNode asking = world.node("asking");
            Duration idle = Duration.ofMinutes(5);
            try (Stream waits = asking.open(server, HttpStreams.PROTOCOL)) {
                waits.readTimeout(idle);
                waits.write(
                        ("GET / HTTP/1.1\r\nHost: " + server.id() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                assertThatThrownBy(() -> waits.input().readAllBytes()).isInstanceOf(IOException.class);
            }
            assertThat(ends).containsExactly("DeadlineExceededException");
        });
    }

    @Test
    void theHeadOfARequestThatDripsIsEndedInTime() {
        World.underSeeds(1, world -> {
            TestNode server = serving(world, "server", request -> HttpResponse.text(200, "never"));
            TestNode asking = world.node("asking");
            try (Stream drips = asking.open(server, HttpStreams.PROTOCOL)) {
                int[] written = {0};
                assertThatThrownBy(() -> {
                            for (byte b : "GET /0123456789 HTTP/1.1".getBytes(StandardCharsets.US_ASCII)) {
                                drips.write(new byte[] {b});
                                written[0]++;
                                pause(world, Duration.ofSeconds(10));
                            }
                        })
                        .isInstanceOf(IOException.class);
                assertThat(written[0]).isLessThan(6);
            }
        });
    }

    @Test
    void aPeerThatCannotBeReachedDoesNotHoldACallerPastItsDeadline() {
        World.underSeeds(1, world -> {
            TestNode server = serving(world, "server", request -> HttpResponse.text(200, "served"));
            TestNode asking = world.node("asking");
            world.network().partition(List.of(server.environment()));
            Duration start = world.simulation().elapsed();
            Deadline deadline = Deadline.after(asking.host().environment(), Duration.ofSeconds(1));
            assertThatThrownBy(() -> new StreamHttpClient(asking.host(), server.address())
                            .send(HttpRequest.of("GET", "/", Map.of()), deadline))
                    .isInstanceOf(IOException.class);
            assertThat(world.simulation().elapsed().minus(start)).isLessThan(Duration.ofSeconds(2));
        });
    }
}
