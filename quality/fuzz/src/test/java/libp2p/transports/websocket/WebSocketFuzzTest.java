package libp2p.transports.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.environment.Environment;
import libp2p.core.testing.ScriptedRaw;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;

/** An upgraded connection in both roles against any bytes, and the addresses. */
class WebSocketFuzzTest {
    private static final Environment ENVIRONMENT = SystemEnvironment.shared();
    private static final Multiaddr SUFFIX = Multiaddr.parse("/ws");

    @FuzzTest
    void connection(byte[] data) {
        for (boolean server : new boolean[] {true, false}) {
            int half = data.length / 2; // what came with the upgrade, and what comes later
            ScriptedRaw raw = new ScriptedRaw(java.util.Arrays.copyOfRange(data, half, data.length));
            WebSocketConnection connection = new WebSocketConnection(
                    ENVIRONMENT,
                    raw,
                    raw.remoteAddress(),
                    server,
                    ByteBuffer.wrap(data, 0, half).slice(),
                    SUFFIX,
                    WebSocketLimits.DEFAULT);
            int all = 0;
            try {
                ByteBuffer target = ByteBuffer.allocate(100);
                int count;
                while ((count = connection.read(target.clear())) >= 0) {
                    all += count;
                }
            } catch (IOException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            } finally {
                connection.close();
            }
            assertThat(all).isLessThanOrEqualTo(data.length);
        }
    }

    @FuzzTest
    void address(byte[] data) {
        Multiaddr address;
        try {
            address = Multiaddr.fromBytes(data);
        } catch (MalformedException refused) {
            return;
        }
        WebSocketAddress parsed = WebSocketAddress.parse(address);
        if (parsed != null) {
            assertThat(parsed.authority()).isASCII();
            try {
                assertThat(WebSocketAddress.parse(parsed.withServerName())).isNotNull();
            } catch (MalformedException tooLong) {
                assertThat(address.toBytes()).hasSizeGreaterThan(500);
            }
        }
    }
}
