package libp2p.interop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrdersTest {
    private static final Map<String, String> UNIFIED = Map.of(
            "IS_DIALER", "true",
            "REDIS_ADDR", "transport-redis:6380",
            "TEST_KEY", "a1b2c3d4",
            "TRANSPORT", "tcp",
            "SECURE_CHANNEL", "noise",
            "MUXER", "yamux");
    private static final Map<String, String> PLANS =
            Map.of("is_dialer", "false", "transport", "tcp", "security", "tls", "muxer", "mplex", "ip", "0.0.0.0");

    private static Map<String, String> with(Map<String, String> base, String name, String value) {
        Map<String, String> changed = new HashMap<>(base);
        changed.put(name, value);
        return changed;
    }

    @Test
    void unifiedTestingSpeaksInCapitals() {
        Orders orders = Orders.of(UNIFIED);
        assertThat(orders.dialect()).isEqualTo(Orders.Dialect.UNIFIED_TESTING);
        assertThat(orders.dialer()).isTrue();
        assertThat(orders.key()).isEqualTo("a1b2c3d4_listener_multiaddr");
        assertThat(orders.redis().getHostString()).isEqualTo("transport-redis");
        assertThat(orders.redis().getPort()).isEqualTo(6380);
        assertThat(orders.security()).contains("noise");
        assertThat(orders.muxer()).contains("yamux");
        assertThat(orders.listenAddress()).isEqualTo("/ip4/0.0.0.0/tcp/0");
    }

    @Test
    void testPlansHasDefaults() {
        Orders orders = Orders.of(PLANS);
        assertThat(orders.dialect()).isEqualTo(Orders.Dialect.TEST_PLANS);
        assertThat(orders.dialer()).isFalse();
        assertThat(orders.key()).isEqualTo("listenerAddr");
        assertThat(orders.redis().getHostString()).isEqualTo("redis");
        assertThat(orders.redis().getPort()).isEqualTo(6379);
        assertThat(orders.timeout()).isEqualTo(Duration.ofSeconds(180));
        assertThat(Orders.of(with(PLANS, "test_timeout_seconds", "20")).timeout())
                .isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void standaloneTransportsHaveNoSecurityAndMuxer() {
        Map<String, String> quic = new HashMap<>(with(UNIFIED, "TRANSPORT", "quic-v1"));
        quic.remove("MUXER");
        quic.remove("SECURE_CHANNEL");
        Orders orders = Orders.of(quic);
        assertThat(orders.security()).isEmpty();
        assertThat(orders.muxer()).isEmpty();
        assertThat(orders.listenAddress()).isEqualTo("/ip4/0.0.0.0/udp/0/quic-v1");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> Orders.of(Map.of())).hasMessageContaining("IS_DIALER");
        assertThatThrownBy(() -> Orders.of(with(UNIFIED, "MUXER", ""))).hasMessageContaining("MUXER");
        assertThatThrownBy(() -> Orders.of(with(PLANS, "is_dialer", "yes"))).hasMessageContaining("is_dialer");
        assertThatThrownBy(() ->
                        Orders.of(with(PLANS, "transport", "carrier-pigeon")).listenAddress())
                .hasMessageContaining("carrier-pigeon");
    }
}
