import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import libp2p.Libp2p;
import libp2p.core.event.EventRegistration;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.protocols.ping.Ping;

/** A host with a key that lasts, inside an application. */
void main() throws Exception {
    Path data = Files.createTempDirectory("embedded-host");
    CompletableFuture<PeerId> connected = new CompletableFuture<>();
    try (Host host = Libp2p.host()
                    .listen("/ip4/127.0.0.1/tcp/0")
                    .dataDirectory(data)
                    .start();
            Host visitor = Libp2p.host().start();
            EventRegistration events = host.events().subscribe(ConnectednessChanged.class, event -> {
                System.out.println(event.peer() + " is " + event.connectedness());
                connected.complete(event.peer());
            })) {
        host.fullAddresses().forEach(address -> System.out.println("reachable at " + address));
        Ping.once(visitor, PeerAddress.of(host.fullAddresses().getFirst()));
        if (!connected.get(10, TimeUnit.SECONDS).equals(visitor.peerId())) {
            throw new AssertionError("another peer has connected: " + connected.get());
        }
        System.out.println("the visitor is connected");
    }
}
