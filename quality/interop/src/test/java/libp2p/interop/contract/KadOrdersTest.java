package libp2p.interop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KadOrdersTest {
    @Test
    void aRoleHasItsKeys() {
        Map<String, String> environment =
                Map.of("ROLE", "provider", "REDIS_ADDR", "transport-redis:6380", "TEST_KEY", "a1b2c3d4");
        assertThat(KadOrders.isIn(environment)).isTrue();
        KadOrders orders = KadOrders.of(environment);
        assertThat(orders.part()).isEqualTo(KadOrders.Part.PROVIDER);
        assertThat(orders.redis().getPort()).isEqualTo(6380);
        assertThat(orders.bootstrapAddress()).isEqualTo("a1b2c3d4_bootstrap_addr");
        assertThat(orders.providerDone()).isEqualTo("a1b2c3d4_provider_done");
        assertThat(orders.providedKey()).isEqualTo("interop-test-key-a1b2c3d4");
        assertThat(orders.valueKey()).isEqualTo("/example/data/a1b2c3d4");
        assertThat(orders.ip()).isEqualTo("0.0.0.0");
    }

    @Test
    void whatIsMissingOrWrongIsNamed() {
        assertThat(KadOrders.isIn(Map.of("IS_DIALER", "true"))).isFalse();
        assertThatThrownBy(() -> KadOrders.of(Map.of("ROLE", "dialer"))).hasMessageContaining("dialer");
        assertThatThrownBy(() -> KadOrders.of(Map.of("ROLE", "querier", "REDIS_ADDR", "r:1")))
                .hasMessageContaining("TEST_KEY");
    }
}
