package libp2p.interop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both roles of both contracts in this process, with a Redis of our own. */
@Timeout(60)
class RoleTest {
    private static final String MILLIS = "[0-9]+\\.[0-9]{3}";

    private static String dial(Map<String, String> environment, String flag) throws Exception {
        Map<String, String> listener = new HashMap<>(environment);
        listener.put(flag, "false");
        Map<String, String> dialer = new HashMap<>(environment);
        dialer.put(flag, "true");
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Thread listening = Thread.ofVirtual().start(() -> runUntilInterrupted(Orders.of(listener)));
        try {
            new Role(Orders.of(dialer), new PrintStream(printed, true, StandardCharsets.UTF_8)).run();
        } finally {
            listening.interrupt();
            listening.join();
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static void runUntilInterrupted(Orders orders) {
        try {
            new Role(orders, System.out).run();
        } catch (Exception e) {
            // the dialer tells
        }
    }

    @Test
    void unifiedTestingGetsItsYaml() throws Exception {
        try (TinyRedis redis = new TinyRedis()) {
            String printed = dial(
                    Map.of(
                            "REDIS_ADDR", "127.0.0.1:" + redis.address().getPort(),
                            "TEST_KEY", "a1b2c3d4",
                            "TRANSPORT", "tcp",
                            "SECURE_CHANNEL", "noise",
                            "MUXER", "yamux",
                            "LISTENER_IP", "0.0.0.0"),
                    "IS_DIALER");
            assertThat(printed)
                    .matches("latency:\n  handshake_plus_one_rtt: " + MILLIS + "\n  ping_rtt: " + MILLIS
                            + "\n  unit: ms\n");
        }
    }

    @Test
    void testPlansGetsItsJson() throws Exception {
        try (TinyRedis redis = new TinyRedis()) {
            String printed = dial(
                    Map.of(
                            "redis_addr", "127.0.0.1:" + redis.address().getPort(),
                            "transport", "tcp",
                            "security", "noise",
                            "muxer", "mplex",
                            "ip", "127.0.0.1"),
                    "is_dialer");
            assertThat(printed)
                    .matches("\\{\"handshakePlusOneRTTMillis\":" + MILLIS + ",\"pingRTTMilllis\":" + MILLIS + "\\}\n");
        }
    }
}
