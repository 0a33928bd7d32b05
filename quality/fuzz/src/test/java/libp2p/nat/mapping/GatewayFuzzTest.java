package libp2p.nat.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.URI;

/** Answers of routers, or of anybody that pretends to be one. */
class GatewayFuzzTest {
    @FuzzTest
    void description(byte[] data) {
        try {
            UpnpDocument.Service service = UpnpDocument.parse(data).mappingService();
            assertThat(service == null || service.type().contains("WAN")).isTrue();
        } catch (GatewayException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void discovery(byte[] data) {
        URI location = UpnpDiscovery.location(data, InetAddress.ofLiteral("192.168.1.1"));
        assertThat(location == null || location.getHost().equals("192.168.1.1")).isTrue();
    }
}
