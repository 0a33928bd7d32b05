package libp2p.node.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.kad.CrawledPeer;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** The table of a crawl, with the words of strangers in it. */
class CrawlReportTest {
    private final CrawlReport report = new CrawlReport();
    private final PeerId peer = Identity.generate(SystemEnvironment.shared()).peerId();

    @Test
    void textsOfStrangersBreakNeitherALineNorASpreadsheet() {
        report.add(new CrawledPeer(peer, List.of(), true), "=HYPERLINK(\"x\")\r\nforged,true");
        assertThat(report.csv().lines()).hasSize(2);
        assertThat(report.csv()).contains("\"'=HYPERLINK(\"\"x\"\")").doesNotContain("\nforged");
        assertThat(report.json()).doesNotContain("\r");
    }

    @Test
    void serversAreCountedByProgramAndTransport() {
        report.add(peer(true, "/ip4/192.0.2.1/tcp/1", "/ip4/192.0.2.1/udp/1/quic-v1"), "kubo/0.41.0/abc");
        report.add(peer(true, "/ip4/192.0.2.2/tcp/1/ws"), "kubo/0.40.0");
        report.add(peer(true), "");
        report.add(peer(false, "/ip4/192.0.2.3/tcp/1"), "");
        assertThat(report.agents())
                .containsExactly(java.util.Map.entry("kubo", 2L), java.util.Map.entry("(not told)", 1L));
        assertThat(report.transports())
                .containsExactly(
                        java.util.Map.entry("tcp", 2L),
                        java.util.Map.entry("quic-v1", 1L),
                        java.util.Map.entry("ws", 1L));
        assertThat(report.size()).isEqualTo(4);
        assertThat(report.reachable()).isEqualTo(3);
    }

    private static CrawledPeer peer(boolean reachable, String... addresses) {
        return new CrawledPeer(
                Identity.generate(SystemEnvironment.shared()).peerId(),
                java.util.Arrays.stream(addresses).map(Multiaddr::parse).toList(),
                reachable);
    }
}
