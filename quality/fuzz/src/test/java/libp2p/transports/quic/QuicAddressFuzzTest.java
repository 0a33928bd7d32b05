package libp2p.transports.quic;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Addresses of QUIC among all others. */
class QuicAddressFuzzTest {
    @FuzzTest
    void address(byte[] data) throws IOException {
        Multiaddr address;
        try {
            address = Multiaddr.fromBytes(data);
        } catch (MalformedException refused) {
            return;
        }
        if (QuicAddress.matches(address, false)) {
            assertThat(QuicAddress.of(QuicAddress.toSocket(address)).toString()).endsWith("/quic-v1");
        }
    }
}
