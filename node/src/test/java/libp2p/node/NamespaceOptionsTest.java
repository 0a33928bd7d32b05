package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.discovery.rendezvous.RendezvousLimits;
import libp2p.discovery.rendezvous.RendezvousService;
import libp2p.kad.Kad;
import libp2p.node.dht.DhtOptions;
import libp2p.node.host.NodeOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Hosts on the loopback that know one server, and find each other by name. */
class NamespaceOptionsTest {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private Host server;

    @BeforeEach
    void start() throws IOException {
        server = Libp2p.host()
                .listen("/ip4/127.0.0.1/tcp/0")
                .with(Kad.server().withPrefix("/example"))
                .with(RendezvousService.family(RendezvousLimits.DEFAULT))
                .start();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private String address() {
        return server.fullAddresses().getFirst().toString();
    }

    private Host node(String... arguments) throws Exception {
        NodeOptions options = new NodeOptions();
        DhtOptions dht = new DhtOptions();
        CommandLine line = new CommandLine(options).addMixin("dht", dht).setCaseInsensitiveEnumValuesAllowed(true);
        line.parseArgs(arguments);
        options.addition = builder -> dht.addTo(builder, false);
        Host host = options.host().listen("/ip4/127.0.0.1/tcp/0").start();
        options.pubsub.follow(host, (name, human, fields) -> {});
        options.discovery.follow(host, (name, human, fields) -> events.add(name));
        return host;
    }

    private String dht(int exit, String... action) {
        String[] all = new String[action.length + 6];
        System.arraycopy(
                new String[] {"dht", "--json", "--prefix", "/example", "--bootstrap", address()}, 0, all, 0, 6);
        System.arraycopy(action, 0, all, 6, action.length);
        return Commands.run(exit, all);
    }

    @Test
    void aHostThatAnnouncesItselfIsFoundInTheDht() throws Exception {
        try (Host host = node("--dht=client", "--dht-prefix=/example", "--bootstrap", address(), "--advertise=chat")) {
            assertThat(events.take()).isEqualTo("advertised");
            assertThat(dht(0, "discover", "chat"))
                    .contains("{\"event\":\"provider\",\"peer\":\"" + host.peerId() + "\",\"addrs\":[\"/ip4/127.0.0.1");
            assertThat(dht(1, "discover", "another")).contains("not_found");
        }
    }

    @Test
    void aHostThatAnnouncesItselfIsFoundAtARendezvousPoint() throws Exception {
        try (Host host = node("--rendezvous-at", address(), "--advertise=chat")) {
            assertThat(events.take()).isEqualTo("advertised");
            assertThat(Commands.run(0, "rendezvous", "discover", "chat", "--at", address(), "--json"))
                    .contains("\"peer\":\"" + host.peerId() + "\",\"namespace\":\"chat\"");
        }
    }

    @Test
    void whereThereIsNoPeerItIsSaid() throws Exception {
        String absent = "/ip4/127.0.0.1/tcp/1/p2p/" + server.peerId();
        try (Host host = node("--rendezvous-at", absent, "--advertise=chat")) {
            assertThat(events.take()).isEqualTo("not_advertised");
            assertThat(host.connections()).isEmpty();
        }
    }

    /** They know the server alone, which takes no part in the topic. */
    @Test
    void subscribersOfATopicFindEachOther() throws Exception {
        String[] options = {"--topic=news", "--topic-discovery", "--rendezvous-at", address()};
        try (Host one = node(options);
                Subscription<ConnectednessChanged> connected = one.events().subscribe(ConnectednessChanged.class);
                Host other = node(options)) {
            ConnectednessChanged event = connected.take(Deadline.NONE);
            while (event != null && !event.peer().equals(other.peerId())) {
                event = connected.take(Deadline.NONE);
            }
            assertThat(event).isNotNull();
            assertThat(one.connections(other.peerId())).isNotEmpty();
            assertThat(PeerAddress.parse(address()).peer()).isEqualTo(server.peerId());
        }
    }
}
