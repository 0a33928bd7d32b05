package libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.SignatureException;
import libp2p.core.protobuf.ProtobufException;
import libp2p.pubsub.message.MessageIds;
import libp2p.pubsub.message.SigningPolicy;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.rpc.RpcDecoder;

/** Messages of pubsub peers: RPCs, the signatures and the compressed data in them. */
class PubSubFuzzTest {
    @FuzzTest
    void rpc(byte[] data) {
        try {
            Rpc rpc = RpcDecoder.decode(data, PubSubLimits.DEFAULT.frame());
            Rpc again = RpcDecoder.decode(rpc.encoded(), PubSubLimits.DEFAULT.frame());
            assertThat(again.encoded()).isEqualTo(rpc.encoded());
            for (Message message : rpc.messages()) {
                MessageIds.ethereum(1 << 20).id(message);
                MessageIds.RUST.id(message);
                MessageIds.JS.id(message);
                verify(message);
            }
        } catch (ProtobufException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    private static void verify(Message message) {
        try {
            SigningPolicy.LAX.verify(message);
        } catch (SignatureException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
