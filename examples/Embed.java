import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.ping.Ping;

/** A host with a key that lasts, inside an application. */
void main() throws Exception {
    Path data = Files.createTempDirectory("embedded-host");
    try (Host host = Libp2p.host()
                    .listen("/ip4/127.0.0.1/tcp/0")
                    .dataDirectory(data)
                    .start();
            Subscription<ConnectednessChanged> events = host.events().subscribe(ConnectednessChanged.class);
            Host visitor = Libp2p.host().start()) {
        host.fullAddresses().forEach(address -> System.out.println("reachable at " + address));
        Ping.once(visitor, PeerAddress.of(host.fullAddresses().getFirst()));
        Deadline deadline = Deadline.after(host.environment(), Duration.ofSeconds(10));
        ConnectednessChanged event = events.take(deadline);
        if (event == null || event.connectedness() != Connectedness.CONNECTED) {
            throw new AssertionError("no visitor: " + event);
        }
        System.out.println(event.peer().equals(visitor.peerId()) ? "the visitor is connected" : "who is " + event.peer());
    }
}
