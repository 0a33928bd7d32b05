package libp2p.delegated.trustless;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import libp2p.http.HttpRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerGatewayClientTest {
    @Test
    void theListOfProtocolsIsBareOrInsideAnother() throws Exception {
        assertThat(PeerGatewayClient.pathIn("{\"/ipfs/gateway\":{\"path\":\"/\"}}".getBytes(UTF_8)))
                .isEqualTo("/");
        assertThat(PeerGatewayClient.pathIn("{\"protocols\":{\"/ipfs/gateway\":{\"path\":\"/gw\"}}}".getBytes(UTF_8)))
                .isEqualTo("/gw/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"/ipfs/gateway\":{}}",
                "{\"/ipfs/gateway\":{\"path\":\"gw\"}}",
                "{\"/ipfs/gateway\":{\"path\":\"/a b\"}}",
                "{\"/ipfs/gateway\":{\"path\":\"/a\\r\\nX: y\"}}",
                "[",
            })
    void aListThatNamesNoPlaceIsRefused(String json) {
        assertThatThrownBy(() -> PeerGatewayClient.pathIn(json.getBytes(UTF_8)))
                .isInstanceOf(HttpRequestException.class);
    }
}
