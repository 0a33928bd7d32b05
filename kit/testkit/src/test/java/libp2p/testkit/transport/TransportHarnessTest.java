package libp2p.testkit.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import libp2p.HostBuilder;
import libp2p.core.host.TransportFactory;
import libp2p.security.pnet.PreSharedKey;
import libp2p.swarm.memory.MemoryNetwork;
import libp2p.transports.quic.QuicLimits;
import libp2p.transports.quic.QuicTransport;
import libp2p.transports.tcp.SharedTcpPorts;
import libp2p.transports.tcp.TcpTransport;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.TlsTrust;
import libp2p.transports.webtransport.WebTransport;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every transport of this project takes the suite; another joins by one more entry of {@link #all}. */
class TransportHarnessTest {
    /** The only way to skip a case: a line with the transport, the case and the reason. */
    private static final String FILE = "/harness/unsupported.txt";

    private static List<TransportUnderTest> all() {
        List<TransportUnderTest> all = new ArrayList<>();
        MemoryNetwork memory = new MemoryNetwork();
        UnaryOperator<HostBuilder> plain = host -> host;
        all.add(new TransportUnderTest("memory", "/memory/0", "noise", "yamux", memory::factory, plain));
        Supplier<TransportFactory> tcp = () -> TcpTransport.factory(TcpTransport.Options.DEFAULT);
        for (String security : List.of("noise", "tls")) {
            for (String muxer : List.of("yamux", "mplex")) {
                String name = "tcp-" + security + "-" + muxer;
                all.add(new TransportUnderTest(name, "/ip4/127.0.0.1/tcp/0", security, muxer, tcp, plain));
            }
        }
        all.add(new TransportUnderTest(
                "tcp-pnet",
                "/ip4/127.0.0.1/tcp/0",
                "noise",
                "yamux",
                tcp,
                host -> host.privateNetwork(PreSharedKey.of(new byte[32]))));
        WebSocketTransport.Options options = WebSocketTransport.Options.DEFAULT.withTrust(TlsTrust.insecure());
        Supplier<TransportFactory> webSocket = () -> WebSocketTransport.factory(options, new SharedTcpPorts());
        all.add(new TransportUnderTest("ws", "/ip4/127.0.0.1/tcp/0/ws", "noise", "yamux", webSocket, plain));
        all.add(new TransportUnderTest("wss", "/ip4/127.0.0.1/tcp/0/tls/ws", "noise", "yamux", webSocket, plain));
        all.add(new TransportUnderTest(
                "quic",
                "/ip4/127.0.0.1/udp/0/quic-v1",
                "",
                "",
                () -> QuicTransport.factory(QuicLimits.DEFAULT),
                plain));
        all.add(new TransportUnderTest(
                "webtransport",
                "/ip4/127.0.0.1/udp/0/quic-v1/webtransport",
                "",
                "",
                () -> WebTransport.factory(QuicLimits.DEFAULT),
                plain));
        return all;
    }

    /** By transport, then by case, the reason. */
    private static Map<String, Map<String, String>> unsupported() throws IOException {
        Map<String, Map<String, String>> entries = new TreeMap<>();
        try (InputStream in = TransportHarnessTest.class.getResourceAsStream(FILE)) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (!line.startsWith("#")) {
                    String[] parts = line.split(" ", 3);
                    entries.computeIfAbsent(parts[0], key -> new TreeMap<>()).put(parts[1], parts[2]);
                }
            }
        }
        return entries;
    }

    @TestFactory
    List<DynamicNode> everyTransport() throws IOException {
        Map<String, Map<String, String>> unsupported = unsupported();
        return all().stream()
                .map(transport ->
                        TransportHarness.tests(transport, unsupported.getOrDefault(transport.name(), Map.of())))
                .toList();
    }

    /** As a relay does between peers that reach it by different transports. */
    @TestFactory
    Stream<DynamicTest> bytesGoOnFromOneTransportToAnother() {
        Map<String, TransportUnderTest> all = new HashMap<>();
        all().forEach(transport -> all.put(transport.name(), transport));
        List<String> names = List.of("quic", "webtransport", "tcp-noise-yamux", "tcp-tls-mplex");
        return names.stream()
                .flatMap(from -> names.stream()
                        .map(to -> dynamicTest(from + " to " + to, () -> {
                            try (TransportPair first = new TransportPair(all.get(from));
                                    TransportPair second = new TransportPair(all.get(to))) {
                                TransportPair.goOn(TransportPair.bytes(1_000_000), first.stream(), second.stream());
                            }
                        })));
    }

    @Test
    void everyEntryOfTheFileNamesACaseOfATransport() throws IOException {
        Set<String> transports = new HashSet<>();
        all().forEach(transport -> transports.add(transport.name()));
        assertThat(transports).containsAll(unsupported().keySet());
        for (Map<String, String> cases : unsupported().values()) {
            assertThat(TransportHarness.cases()).containsAll(cases.keySet());
        }
        assertThat(TransportHarness.cases()).hasSizeGreaterThanOrEqualTo(40).doesNotHaveDuplicates();
    }
}
