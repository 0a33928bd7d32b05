package libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import libp2p.swarm.negotiation.Multistream;
import libp2p.swarm.negotiation.NegotiationChannel;
import libp2p.swarm.negotiation.NegotiationLimits;
import libp2p.swarm.negotiation.SemanticVersions;

/** Both sides of multistream-select against whatever comes. */
class NegotiationFuzzTest {
    private final Multistream multistream = new Multistream(NegotiationLimits.DEFAULT);

    private static NegotiationChannel channel(byte[] data) {
        ByteArrayInputStream in = new ByteArrayInputStream(data);
        return new NegotiationChannel() {
            @Override
            public int read(byte[] target, int offset, int length) {
                return in.read(target, offset, length);
            }

            @Override
            public void write(byte[] source) {}
        };
    }

    @FuzzTest
    void listener(byte[] data) {
        try {
            assertThat(multistream.answer(channel(data), "/a/1.0.0"::equals, () -> List.of("/a/1.0.0")))
                    .isEqualTo("/a/1.0.0");
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void dialer(byte[] data) {
        try {
            assertThat(multistream.select(channel(data), List.of("/a", "/b"))).isIn("/a", "/b");
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void list(byte[] data) {
        try {
            assertThat(multistream.list(channel(data))).hasSizeLessThanOrEqualTo(NegotiationLimits.DEFAULT.listed());
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    /** Ids of protocols, a line each. */
    @FuzzTest
    void versions(byte[] data) {
        List<String> offered =
                new String(data, StandardCharsets.UTF_8).lines().limit(100).toList();
        assertThat(SemanticVersions.newestFirst(offered)).containsExactlyInAnyOrderElementsOf(Set.copyOf(offered));
        offered.forEach(protocol -> assertThat(protocol).startsWith(SemanticVersions.family(protocol)));
    }
}
