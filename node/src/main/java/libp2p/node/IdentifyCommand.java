package libp2p.node;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.PeerIdentificationFailed;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.node.host.Exit;
import libp2p.node.host.IdentityOptions;
import libp2p.node.host.Output;
import libp2p.node.host.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code p2p identify}. */
@Command(name = "identify", description = "Asks a peer who it is.", mixinStandardHelpOptions = true)
final class IdentifyCommand implements java.util.concurrent.Callable<Integer> {
    @Mixin
    private IdentityOptions options = new IdentityOptions();

    @Parameters(paramLabel = "MULTIADDR", description = "Address of the peer, with /p2p/ID to have it proved.")
    private String address = "";

    @Override
    public Integer call() throws Exception {
        PeerAddress peer = PeerAddress.parse(address);
        try (Host host = options.host().start();
                Subscription<HostEvent> events = host.events().subscribe(HostEvent.class)) {
            Connection connection = host.connect(peer);
            print(await(events), connection.details(), options.output());
        }
        return Exit.DONE;
    }

    private static PeerIdentified await(Subscription<HostEvent> events) throws Exception {
        HostEvent event;
        while ((event = events.take(Deadline.NONE)) != null) {
            switch (event) {
                case PeerIdentified identified -> {
                    return identified;
                }
                case PeerIdentificationFailed failed ->
                    throw new IOException("identify failed: " + failed.cause().getMessage(), failed.cause());
                default -> {}
            }
        }
        throw new IOException("the host was closed");
    }

    private static void print(PeerIdentified identified, Map<String, Object> details, Output output) {
        String agent = identified.agent() == null ? "" : identified.agent();
        String observed =
                identified.observed() == null ? "" : identified.observed().toString();
        List<String> addresses =
                identified.addresses().stream().map(Object::toString).toList();
        String connection = details.isEmpty() ? "" : System.lineSeparator() + "connection " + details;
        output.event(
                "identify",
                "peer %s%nagent %s%nprotocols %s%naddresses %s%nsees us at %s%s"
                        .formatted(
                                identified.peer(),
                                Printable.of(agent),
                                identified.protocols().stream()
                                        .map(Printable::of)
                                        .toList(),
                                addresses,
                                observed,
                                connection),
                "peer",
                identified.peer(),
                "agent",
                agent,
                "protocols",
                identified.protocols(),
                "addrs",
                addresses,
                "observed",
                observed,
                "signed_record",
                identified.signedRecord(),
                "connection",
                details);
    }
}
