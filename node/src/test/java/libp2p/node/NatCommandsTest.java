package libp2p.node;

import static libp2p.node.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.nat.Nat;
import libp2p.nat.address.Publicness;
import libp2p.nat.relay.RelayLimits;
import libp2p.nat.relay.ReservationChanged;
import libp2p.node.host.Exit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code p2p ping} through a relay and {@code p2p reachability}, on loopback, which is assumed to be public. */
class NatCommandsTest {
    private static final Publicness LOOPBACK = Publicness.assuming(List.of("127.0.0.0/8"));

    private final List<Host> hosts = new ArrayList<>();
    private String circuit = "";

    private Host start(Nat family) throws Exception {
        Host host = Libp2p.host()
                .with(family.withPublicness(LOOPBACK))
                .listen("/ip4/127.0.0.1/tcp/0")
                .start();
        hosts.add(host);
        return host;
    }

    @BeforeEach
    void reserve() throws Exception {
        Host relay = start(Nat.create().withRelayService(RelayLimits.DEFAULT).withAutoNatService());
        String address = relay.addresses().getFirst() + "/p2p/" + relay.peerId();
        Host target = start(Nat.create());
        try (Subscription<ReservationChanged> events = target.events().subscribe(ReservationChanged.class)) {
            target.find(libp2p.nat.relay.RelayClient.class).orElseThrow().keep(PeerAddress.parse(address));
            ReservationChanged held = events.take(Deadline.NONE);
            assertThat(held).isNotNull();
            assertThat(held.reservation()).as("%s", held.cause()).isNotNull();
        }
        circuit = address + "/p2p-circuit/p2p/" + target.peerId();
    }

    @AfterEach
    void close() {
        hosts.reversed().forEach(Host::close);
    }

    private String ping(int exit, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "ping", circuit, "--json", "--listen", "/ip4/127.0.0.1/tcp/0", "--assume-public", "127.0.0.0/8"));
        arguments.addAll(List.of(more));
        return run(exit, arguments.toArray(String[]::new));
    }

    @Test
    void aPeerIsPingedThroughItsRelay() {
        assertThat(ping(Exit.DONE, "--no-hole-punch")).contains("{\"event\":\"ping\",\"rtt_us\":");
    }

    @Test
    void aDirectConnectionIsWaitedFor() {
        assertThat(ping(Exit.DONE, "--direct", "60"))
                .containsPattern("\\{\"event\":\"ping\",\"peer\":\"[^\"]+\",\"rtt_us\":[0-9.E-]+,\"direct\":true,")
                .containsPattern("\\{\"event\":\"connection\",[^}]+\"direct\":false,\"limited\":true,")
                .containsPattern("\\{\"event\":\"connection\",[^}]+\"direct\":true,\"limited\":false,");
    }

    @Test
    void withoutADirectConnectionTheCodeIsThreeAndTheRelayStillServes() {
        assertThat(ping(Exit.NOT_REACHED, "--direct", "1", "--no-hole-punch"))
                .containsPattern("\\{\"event\":\"ping\",\"peer\":\"[^\"]+\",\"rtt_us\":[0-9.E-]+,\"direct\":false,");
        assertThat(Exit.NOT_REACHED).isEqualTo(3);
    }

    @Test
    void aPeerThatIsDialedWithoutARelayIsDirectAtOnce() {
        String relay = circuit.substring(0, circuit.indexOf("/p2p-circuit"));
        assertThat(run(Exit.DONE, "ping", relay, "--json", "--direct", "60")).contains("\"direct\":true,");
    }

    @Test
    void reachabilityIsSaidInWords() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "reachability", "--listen", "/ip4/127.0.0.1/tcp/0", "--wait", "100", "--assume-public", "127.0.0.0/8"));
        for (int i = 0; i < 2; i++) {
            Host server = start(Nat.create().withAutoNatService());
            arguments.addAll(List.of("--connect", server.addresses().getFirst() + "/p2p/" + server.peerId()));
        }
        assertThat(run(Exit.DONE, arguments.toArray(String[]::new)))
                .contains("Others can dial this host: others have dialed it.")
                .contains("among its peers can be asked")
                .containsPattern("/ip4/127\\.0\\.0\\.1/tcp/[0-9]+: reachable");
    }
}
