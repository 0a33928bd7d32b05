package libp2p.interop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class RedisTest {
    @Test
    void keepsValues() throws IOException {
        try (TinyRedis server = new TinyRedis();
                Redis redis = Redis.connect(server.address())) {
            assertThat(redis.get("key")).isEmpty();
            redis.set("key", "wörth");
            assertThat(redis.get("key")).contains("wörth");
            redis.delete("key");
            assertThat(redis.get("key")).isEmpty();
        }
    }

    @Test
    void aListHandsOutInOrder() throws IOException {
        try (TinyRedis server = new TinyRedis();
                Redis redis = Redis.connect(server.address())) {
            redis.push("list", "first");
            redis.push("list", "second");
            assertThat(redis.pop("list", Duration.ofSeconds(5))).contains("first");
            assertThat(redis.pop("list", Duration.ofSeconds(5))).contains("second");
            assertThat(redis.pop("list", Duration.ofSeconds(1))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-ERR no\r\n", "$99999999\r\n", "?\r\n", "$5\r\nab", "\r\n", "+OK\n"})
    void aBadAnswerIsAnError(String answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread serving = Thread.ofVirtual().start(() -> {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // the test sees it
                }
            });
            InetSocketAddress address = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
            try (Redis redis = Redis.connect(address)) {
                assertThatThrownBy(() -> redis.get("key")).isInstanceOf(IOException.class);
            }
            serving.join();
        }
    }
}
