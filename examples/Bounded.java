import java.util.ArrayList;
import java.util.List;
import libp2p.Libp2p;
import libp2p.Limits;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.resource.LimitExceededException;
import libp2p.kad.Kad;
import libp2p.kad.KadLimits;

/** A host whose bounds are changed by their names. */
void main() throws Exception {
    Limits limits = Limits.parse("limits of this program", """
            # what is not named here keeps its default
            protocol[/chat/1.0.0].streamsOutbound = 2
            peer.memory = 16MiB
            """, Limits.ofThisMachine());
    try (Host server = Libp2p.host()
                    .listen("/ip4/127.0.0.1/tcp/0")
                    .limit("muxers.inbound-streams", 100)
                    .limit("swarm.dialing.timeout", "5s")
                    .start();
            Host client = Libp2p.host().limits(limits).with(Kad.client()).start()) {
        server.handle("/chat/1.0.0", stream -> stream.input().readAllBytes());
        List<Stream> open = new ArrayList<>();
        try {
            while (true) {
                open.add(client.open(PeerAddress.of(server.fullAddresses().getFirst()), "/chat/1.0.0"));
            }
        } catch (LimitExceededException refused) {
            System.out.println(refused.scope() + " allows " + refused.maximum() + " " + refused.limit());
        } finally {
            for (Stream stream : open) {
                stream.close();
            }
        }
        System.out.println("opened " + open.size() + " streams");
    }
}
