package libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PrivateKey;
import libp2p.core.identity.PublicKey;
import libp2p.multiformats.MalformedException;
import libp2p.security.pnet.PreSharedKey;

/** Keys and peer ids. */
class KeysFuzzTest {
    @FuzzTest
    void publicKey(byte[] data) {
        try {
            assertThat(PublicKey.fromProtobuf(data).toProtobuf()).isEqualTo(data);
        } catch (MalformedKeyException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void privateKey(byte[] data) {
        try {
            PrivateKey key = PrivateKey.fromProtobuf(data);
            assertThat(key.publicKey().verify(data, key.sign(data))).isTrue();
        } catch (MalformedKeyException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void peerId(byte[] data) {
        try {
            PeerId id = PeerId.fromBytes(data);
            assertThat(PeerId.parse(id.toString())).isEqualTo(id);
            assertThat(PeerId.parse(id.toCidString())).isEqualTo(id);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void peerIdText(byte[] data) {
        try {
            PeerId id = PeerId.parse(new String(data, StandardCharsets.UTF_8));
            assertThat(PeerId.fromBytes(id.toBytes())).isEqualTo(id);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void preSharedKey(byte[] data) {
        try {
            assertThat(PreSharedKey.parse(data).fingerprint()).isNotEmpty();
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
