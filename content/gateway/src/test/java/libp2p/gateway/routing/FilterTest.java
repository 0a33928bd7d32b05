package libp2p.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.Identity;
import libp2p.delegated.routing.PeerRecord;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** The filters of IPIP-484, as boxo reads them. */
class FilterTest {
    private static final Multiaddr IP4 = Multiaddr.parse("/ip4/1.2.3.4/tcp/1");
    private static final Multiaddr IP6 = Multiaddr.parse("/ip6/2a01:4f8::1/tcp/1");

    private final PeerRecord known = record(List.of(IP4, IP6), List.of("Transport-Bitswap"));
    private final PeerRecord nowhere = record(List.of(), List.of("transport-bitswap"));

    private static PeerRecord record(List<Multiaddr> addresses, List<String> protocols) {
        return new PeerRecord(
                Identity.generate(SystemEnvironment.shared()).peerId(), addresses, protocols, new LinkedHashMap<>());
    }

    @Test
    void namesOfProtocolsHaveNoCase() {
        assertThat(Filter.of(Map.of("filter-protocols", "TRANSPORT-BITSWAP")).apply(known))
                .isEqualTo(known);
        assertThat(Filter.of(Map.of("filter-addrs", "IP4")).apply(known)).isEqualTo(known.withAddresses(List.of(IP4)));
        assertThat(Filter.of(Map.of("filter-protocols", "transport-graphsync")).apply(known))
                .isNull();
    }

    @Test
    void providersWithoutAddressesAreToldToThoseWhoWantUnknownOnes() {
        assertThat(Filter.of(Map.of("filter-addrs", "!ip6")).apply(known)).isEqualTo(known.withAddresses(List.of(IP4)));
        assertThat(Filter.of(Map.of("filter-addrs", "!ip6")).apply(nowhere)).isNull();
        assertThat(Filter.of(Map.of("filter-addrs", "!ip6,Unknown")).apply(nowhere))
                .isEqualTo(nowhere);
    }
}
