import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.Results;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;

static Host member(String... bootstrap) throws IOException {
    return Libp2p.host()
            .listen("/ip4/127.0.0.1/tcp/0")
            .bootstrap(bootstrap)
            .with(Kad.server().withPrefix("/dht-example"))
            .start();
}

/** Announces content in a DHT of three members, and finds who has it. */
void main() throws Exception {
    Cid cid = Cid.v1(Multicodec.RAW, Multihash.sha256("some content".getBytes(UTF_8)));
    try (Host first = member();
            Host author = member(first.fullAddresses().getFirst().toString());
            Host reader = member(first.fullAddresses().getFirst().toString())) {
        Deadline deadline = Deadline.after(author.environment(), Duration.ofSeconds(60));
        Dht writing = author.find(Dht.class).orElseThrow();
        writing.awaitPeers(deadline); // the table has its first member
        writing.provide(cid, deadline);

        Dht reading = reader.find(Dht.class).orElseThrow();
        reading.awaitPeers(deadline);
        try (Results<PeerAddress> providers = reading.findProviders(cid, deadline)) {
            PeerAddress found = providers.next(); // null once all that were found have been taken
            System.out.println(found.peer().equals(author.peerId()) ? "found the author" : "found " + found);
        }
    }
}
