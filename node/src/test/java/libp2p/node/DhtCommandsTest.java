package libp2p.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static libp2p.node.Commands.complaint;
import static libp2p.node.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import libp2p.Libp2p;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.kad.validator.AnyValueValidator;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code p2p dht} with two servers beside it. */
class DhtCommandsTest {
    private static final String CONTENT =
            Cid.v1(Multicodec.RAW, Multihash.sha256("content".getBytes(UTF_8))).toString();

    private Host one;
    private Host two;
    private String address;

    private static Host server(String prefix) throws IOException {
        return Libp2p.host()
                .listen("/ip4/127.0.0.1/tcp/0")
                .with(Kad.server().withPrefix(prefix).withValidator(new AnyValueValidator("v")))
                .start();
    }

    private static String addressOf(Host host) {
        return host.fullAddresses().getFirst().toString();
    }

    @BeforeEach
    void listen() throws Exception {
        one = server("/example");
        two = server("/example");
        try (Subscription<PeerIdentified> events = one.events().subscribe(PeerIdentified.class)) {
            two.connect(PeerAddress.parse(addressOf(one)));
            events.take(libp2p.core.environment.Deadline.NONE);
        }
        // a server comes into the table when it has answered
        one.find(Dht.class).orElseThrow().closestPeers(new byte[] {1}, libp2p.core.environment.Deadline.NONE);
        address = addressOf(one);
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    private String dht(int exit, String... words) {
        String[] all = new String[words.length + 6];
        System.arraycopy(new String[] {"dht", "--json", "--prefix", "/example", "--bootstrap", address}, 0, all, 0, 6);
        System.arraycopy(words, 0, all, 6, words.length);
        return run(exit, all);
    }

    @Test
    void aValueThatWasPutIsFound() {
        assertThat(dht(0, "put", "/v/key", "a \"value\"")).contains("{\"event\":\"put\",\"key\":\"/v/key\"}");
        assertThat(dht(0, "get", "/v/key")).contains("{\"event\":\"value\",\"value\":\"a \\\"value\\\"\"}");
        String binary = HexFormat.of().formatHex(new byte[] {(byte) 0xff, 0, 1});
        dht(0, "--hex", "put", "/v/binary", binary);
        assertThat(dht(0, "get", "/v/binary")).contains("{\"event\":\"value\",\"hex\":\"" + binary + "\"}");
        assertThat(dht(1, "get", "/v/nothing")).contains("{\"event\":\"not_found\",\"key\":\"/v/nothing\"}");
        assertThat(one.find(Dht.class).orElseThrow().status().getLast().records()
                        + one.find(Dht.class).orElseThrow().status().getFirst().records())
                .isPositive();
    }

    @Test
    void contentThatWasAnnouncedIsFoundWithItsProvider() {
        String provided = dht(0, "provide", CONTENT);
        assertThat(provided).contains("{\"event\":\"provided\",\"cid\":\"" + CONTENT + "\",\"peer\":\"");
        String peer = provided.replaceAll("(?s).*\"peer\":\"([^\"]+)\".*", "$1");
        assertThat(dht(0, "find", CONTENT)).contains("{\"event\":\"provider\",\"peer\":\"" + peer + "\",\"addrs\":[");
        String nothing = Cid.v1(Multicodec.RAW, Multihash.sha256("nothing".getBytes(UTF_8)))
                .toString();
        assertThat(dht(1, "find", nothing)).contains("{\"event\":\"not_found\",\"cid\":\"" + nothing + "\"}");
    }

    @Test
    void peersAreFound() {
        assertThat(dht(0, "peer", two.peerId().toString()))
                .contains("{\"event\":\"peer\",\"peer\":\"" + two.peerId() + "\",\"addrs\":[\"" + addressOf(two)
                        + "\"]}");
        assertThat(dht(0, "closest", "/v/key"))
                .contains("{\"event\":\"closest\",\"peer\":\"" + one.peerId())
                .contains("{\"event\":\"closest\",\"peer\":\"" + two.peerId());
        assertThat(dht(0, "stats"))
                .contains("{\"event\":\"stats\",\"protocol\":\"/example/kad/1.0.0\"")
                .contains("\"announcements\":0");
    }

    @Test
    void aQuorumEndsASearchEarly() {
        dht(0, "put", "/v/quorum", "value");
        assertThat(dht(0, "--quorum", "1", "get", "/v/quorum")).contains("\"value\":\"value\"");
        assertThat(dht(0, "--quorum", "2", "get", "/v/quorum")).contains("\"value\":\"value\"");
        assertThat(complaint(2, "dht", "--bootstrap", address, "--quorum", "2", "stats"))
                .contains("--quorum is for get");
        assertThat(complaint(2, "dht", "--bootstrap", address, "--quorum", "-1", "get", "/v/quorum"))
                .contains("a quorum of -1");
    }

    @Test
    void anAnnouncementMayEndEarly() {
        assertThat(dht(0, "--optimistic", "provide", CONTENT)).contains("\"event\":\"provided\"");
        assertThat(dht(0, "find", CONTENT)).contains("\"event\":\"provider\"");
        assertThat(complaint(2, "dht", "--bootstrap", address, "--optimistic", "find", CONTENT))
                .contains("--optimistic is for provide");
    }

    @Test
    void aCrawlReportsWhoIsThereAndWhoIsNot(@TempDir Path folder) throws Exception {
        String gone;
        try (Host third = server("/example");
                Subscription<PeerIdentified> events = one.events().subscribe(PeerIdentified.class)) {
            third.connect(PeerAddress.parse(addressOf(one)));
            events.take(libp2p.core.environment.Deadline.NONE);
            gone = third.peerId().toString();
        }
        Path csv = folder.resolve("crawl.csv");
        String printed = dht(0, "--report", csv.toString(), "crawl");
        assertThat(printed).contains("{\"event\":\"crawled\",\"peer\":\"" + one.peerId() + "\",\"reachable\":true");
        assertThat(printed).contains("{\"event\":\"crawled\",\"peer\":\"" + two.peerId() + "\",\"reachable\":true");
        assertThat(printed).contains("\"agents\":{\"java-libp2p\":2}").contains("\"transports\":{\"tcp\":");
        assertThat(Files.readString(csv))
                .startsWith("peer,reachable,agent,transports,addrs\r\n")
                .contains(one.peerId() + ",true,\"java-libp2p/")
                .contains("\"tcp\",\"/ip4/127.0.0.1/tcp/");
        if (printed.contains(gone)) { // the others may have noticed before
            assertThat(printed).contains("\"peer\":\"" + gone + "\",\"reachable\":false");
        }
        Path json = folder.resolve("crawl.json");
        dht(0, "--report", json.toString(), "crawl");
        assertThat(Files.readString(json))
                .contains("\"peer\":\"" + two.peerId() + "\"")
                .contains("\"reachable\":");
        assertThat(complaint(2, "dht", "--bootstrap", address, "--report", "crawl.txt", "crawl"))
                .contains("--report takes FILE.csv or FILE.json, not crawl.txt");
    }

    /** A peer that speaks the protocol and never answers. */
    @Test
    void aLongSearchTellsHowFarItIs() throws Exception {
        try (Host silent = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start()) {
            silent.handle("/example/kad/1.0.0", stream -> {
                while (stream.input().read() >= 0) {
                    // says nothing
                }
            });
            String printed = run(
                    1,
                    "dht",
                    "--json",
                    "--prefix",
                    "/example",
                    "--timeout",
                    "3",
                    "--bootstrap",
                    addressOf(silent),
                    "get",
                    "/v/key");
            assertThat(printed).containsPattern("\\{\"event\":\"progress\",\"requests\":[1-9][0-9]*,\"answers\":0}");
        }
    }

    @Test
    void whatIsWrongIsSaid() {
        assertThat(complaint(2, "dht", "--bootstrap", address, "put", "/v/key")).contains("usage: dht put KEY VALUE");
        assertThat(complaint(2, "dht", "get", "/v/key")).contains("--bootstrap is missing");
        assertThat(complaint(2, "dht", "--bootstrap", address)).contains("ACTION");
        assertThat(complaint(2, "dht", "--prefix", "no-prefix", "--bootstrap", address, "get", "/v/key"))
                .contains("a DHT prefix is of the form /name");
        assertThat(complaint(3, "dht", "--bootstrap", "/ip4/127.0.0.1/tcp/1/p2p/" + one.peerId(), "get", "/v/key"))
                .contains("127.0.0.1");
        // The public network takes no values but those of its namespaces.
        assertThat(complaint(1, "dht", "--prefix", "/ipfs", "--bootstrap", address, "put", "/v/key", "value"))
                .contains("a key of 6 bytes in no namespace of [ipns, pk]");
    }
}
