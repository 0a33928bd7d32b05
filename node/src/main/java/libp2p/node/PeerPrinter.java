package libp2p.node;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import libp2p.core.connection.Connection;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.node.host.Output;

/** Prints which peers are connected, from the first one on, after the addresses of the host. */
final class PeerPrinter implements HostService {
    private final Output output;
    private final CompletableFuture<Void> announced;

    /** @param announced is complete when the addresses are printed, or never will be */
    PeerPrinter(Output output, CompletableFuture<Void> announced) {
        this.output = output;
        this.announced = announced;
    }

    @Override
    public void start(Host host) {
        host.events().subscribe(ConnectednessChanged.class, event -> {
            announced.join();
            boolean gone = event.connectedness() == Connectedness.NOT_CONNECTED;
            String name = gone ? "disconnected" : "connected";
            output.event(name, () -> text(host, event.peer(), name), "peer", event.peer());
        });
    }

    private static String text(Host host, PeerId peer, String name) {
        String line = LocalTime.ofInstant(host.environment().wallClock(), ZoneId.systemDefault())
                        .truncatedTo(ChronoUnit.SECONDS)
                        .format(DateTimeFormatter.ISO_LOCAL_TIME)
                + " " + name + " " + peer;
        List<Connection> connections = host.connections(peer);
        if (connections.isEmpty()) {
            return line;
        }
        Connection connection = connections.getFirst();
        boolean inbound = connection.direction() == Direction.INBOUND;
        return line + (inbound ? " from " : " at ") + connection.remoteAddress();
    }

    /** The bus of the host ends the calls. */
    @Override
    public void close() {}
}
