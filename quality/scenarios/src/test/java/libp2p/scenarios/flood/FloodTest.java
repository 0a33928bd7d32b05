package libp2p.scenarios.flood;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Floods of strangers against a node with a small heap, in a process of its own. An honest peer is
 * served all the while, and afterwards nothing is left. The large ones are run by {@code quality/scenarios/floods}.
 *
 * <p>Asserted: the attack was made as often as said, every ping was answered, a ping after it too; the heap did not run
 * out and is afterwards within a third of what it was; descriptors never passed the limit and are all back; at most 64
 * platform threads; no thread of the host and nothing in the tree of resources is left; over QUIC, new honest peers
 * connect and ping while the flood lasts.
 *
 * <p>What makes the figures fair on a machine with two processors: peace and flood take turns in one run, five times
 * each, and in peace the attacker keeps its connections and does nothing with them; the attacker has the lowest priority
 * of the system; and a second node, which is not flooded, is pinged in turn with the victim, so that what its pings wait
 * for is the machine's doing.
 */
class FloodTest {
    private static final int FEW = 100;

    @Test
    void connectionsToANodeWith256Descriptors() throws Exception {
        new Flood("200 connections, 256 descriptors", 64, "connections", 200)
                .withPings(FEW)
                .withDescriptors(256)
                .run();
    }

    @Test
    void streams() throws Exception {
        new Flood("1,000 streams", 64, "streams", 1_000).withPings(FEW).run();
    }

    @Test
    void identifyRecordsWhileTheClockJumps() throws Exception {
        new Flood("300 identify records, jumping clock", 64, "records", 300)
                .withPings(FEW)
                .withOptions("jumping")
                .run();
    }

    @Test
    void readersThatStopReading() throws Exception {
        new Flood("7 readers that stop reading", 64, "deaf", 7).withPings(FEW).run();
    }

    @Test
    @Tag("long")
    void tenThousandConnections() throws Exception {
        new Flood("10,000 connections", 64, "connections", 10_000).run();
    }

    @Test
    @Tag("long")
    void aHundredThousandStreams() throws Exception {
        new Flood("100,000 streams", 64, "streams", 100_000).run();
    }

    @Test
    @Tag("long")
    void aMillionIdentifyRecords() throws Exception {
        new Flood("1,000,000 identify records", 64, "records", 1_000_000).run();
    }

    @Test
    @Tag("long")
    void aThousandSocketsThatTrickleAtTheSevenStagesOfAConnection() throws Exception {
        new Flood("1,050 sockets that trickle, seven stages", 64, "trickle", 1_050).run();
    }

    @Test
    @Tag("long")
    void readersThatStopReadingAtEveryStep() throws Exception {
        new Flood("210 readers that stop reading, seven steps", 64, "deaf", 210).run();
    }

    @Test
    @Tag("long")
    void tenThousandConnectionsToANodeWith256Descriptors() throws Exception {
        new Flood("10,000 connections, 256 descriptors", 64, "connections", 10_000)
                .withDescriptors(256)
                .run();
    }

    @Test
    @Tag("long")
    void aNodeWithoutLimitsThatRunsOutOfDescriptors() throws Exception {
        new Flood("500 connections, 128 descriptors, no limits", 64, "connections", 500)
                .withDescriptors(128)
                .withOptions("unlimited")
                .run();
    }

    @Test
    @Tag("long")
    void connectionsWhileTheClockJumps() throws Exception {
        new Flood("10,000 connections, jumping clock", 64, "connections", 10_000)
                .withOptions("jumping")
                .run();
    }

    @Test
    @Tag("long")
    void tenThousandHalfOpenQuicHandshakes() throws Exception {
        new Flood("10,000 half-open QUIC handshakes", 64, "quic-handshakes", 10_000)
                .withOptions("quic")
                .run();
    }

    @Test
    @Tag("long")
    void initialsFromForgedSourcesOverQuic() throws Exception {
        new Flood("20,000 QUIC handshakes, each from another address", 64, "quic-forged", 20_000)
                .withOptions("quic")
                .run();
    }

    @Test
    @Tag("long")
    void tenThousandStreamsOverQuic() throws Exception {
        new Flood("10,000 QUIC streams, a third with messages of a GiB", 64, "quic-streams", 10_000)
                .withOptions("quic")
                .run();
    }

    @Test
    @Tag("long")
    void pathChallengesOverQuic() throws Exception {
        new Flood("1,000,000 path challenges", 64, "challenges", 10_000)
                .withOptions("quic")
                .run();
    }

    @Test
    @Tag("long")
    void connectionIdsOverQuic() throws Exception {
        new Flood("10,000 connection ids", 64, "ids", 10_000)
                .withOptions("quic")
                .run();
    }

    @Test
    @Tag("long")
    void gapsOfStreamsOverQuic() throws Exception {
        new Flood("1,000,000 gaps of streams", 64, "gaps", 11_200)
                .withOptions("quic")
                .run();
    }

    @Test
    @Tag("long")
    void rangesOfPacketNumbersOverQuic() throws Exception {
        new Flood("50,000 packets with gaps of numbers", 64, "ranges", 50_000)
                .withOptions("quic")
                .run();
    }

    @Test
    @Tag("long")
    void gapsOfCryptoOverQuic() throws Exception {
        new Flood("1,000,000 gaps of CRYPTO", 64, "crypto", 5_000)
                .withOptions("quic")
                .run();
    }

    @Test
    @Tag("long")
    void resetsOverQuic() throws Exception {
        new Flood("10,000 streams that are reset", 64, "resets", 10_000)
                .withOptions("quic")
                .run();
    }

    @Test
    @Tag("long")
    void acknowledgementsOfNothingOverQuic() throws Exception {
        new Flood("5,000 acknowledgements of nothing", 64, "acknowledgements", 5_000)
                .withOptions("quic")
                .run();
    }

    @Test
    @Tag("long")
    void handshakesFromForgedSourcesBesideWebTransport() throws Exception {
        new Flood("20,000 QUIC handshakes, each from another address, beside WebTransport", 64, "quic-forged", 20_000)
                .withOptions("quic", "http3", "webtransport")
                .run();
    }

    @Test
    @Tag("long")
    void requestsOverHttp3() throws Exception {
        new Flood("2,000 requests of HTTP/3 beside WebTransport", 64, "h3-requests", 2_000)
                .withOptions("quic", "http3", "webtransport")
                .run();
    }

    @Test
    @Tag("long")
    void capsulesOverHttp3() throws Exception {
        new Flood("250,000 capsules beside WebTransport", 64, "h3-capsules", 4_000)
                .withOptions("quic", "http3", "webtransport")
                .run();
    }

    @Test
    @Tag("long")
    void unidirectionalStreamsOverHttp3() throws Exception {
        new Flood("20,000 unidirectional streams of HTTP/3 beside QUIC", 64, "h3-unidirectional", 20_000)
                .withOptions("quic", "http3")
                .run();
    }

    @Test
    @Tag("long")
    void settingsOverHttp3() throws Exception {
        new Flood("1,000 frames of 5,000 settings beside QUIC", 64, "h3-settings", 1_000)
                .withOptions("quic", "http3")
                .run();
    }

    @Test
    @Tag("long")
    void packetsFromManySourcesOverQuic() throws Exception {
        new Flood("50,000 packets from 64 sources a connection", 64, "sources", 50_000)
                .withOptions("quic")
                .run();
    }
}
