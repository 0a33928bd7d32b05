package libp2p.transports.webtransport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebTransportAddressTest {
    private static final Multihash ONE = Multihash.sha256(new byte[] {1});
    private static final Multihash TWO = Multihash.sha256(new byte[] {2});

    @Test
    void theHashesComeBackInTheirOrder() {
        Multiaddr quic = Multiaddr.parse("/ip4/192.0.2.1/udp/4001/quic-v1");
        Multiaddr address = WebTransportAddress.on(quic, List.of(TWO, ONE));
        assertThat(WebTransportAddress.of(address)).isEqualTo(new WebTransportAddress(quic, List.of(TWO, ONE)));
        assertThat(WebTransportAddress.of(WebTransportAddress.on(quic, List.of())))
                .isEqualTo(new WebTransportAddress(quic, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/ip4/192.0.2.1/udp/4001/quic-v1",
                "/ip4/192.0.2.1/udp/4001/quic/webtransport",
                "/ip4/192.0.2.1/udp/4001/quic-v1/webtransport/ws",
                "/ip4/192.0.2.1/udp/4001/webtransport",
                "/ip4/192.0.2.1/udp/4001/quic-v1/webtransport/p2p-circuit"
            })
    void otherFormsAreNone(String text) {
        assertThat(WebTransportAddress.of(text.isEmpty() ? Multiaddr.EMPTY : Multiaddr.parse(text)))
                .isNull();
    }

    @Test
    void thereAreSixteenHashesAtMost() {
        Multiaddr quic = Multiaddr.parse("/dns4/example.com/udp/4001/quic-v1");
        assertThat(WebTransportAddress.of(WebTransportAddress.on(quic, java.util.Collections.nCopies(16, ONE))))
                .isNotNull();
        assertThat(WebTransportAddress.of(WebTransportAddress.on(quic, java.util.Collections.nCopies(17, ONE))))
                .isNull();
    }
}
