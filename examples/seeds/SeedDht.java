import java.io.IOException;
import java.time.Duration;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.routing.RecordValidator;
import libp2p.kad.Dht;
import libp2p.kad.Kad;

/** The DHT of the seeds' programs: servers under a prefix of their own, which take any value of the namespace "example". */
final class SeedDht {
    private SeedDht() {}

    static Kad family() {
        return Kad.server().withPrefix("/seeds").withoutLocal().withValidator(new RecordValidator() {
            @Override
            public String namespace() {
                return "example";
            }

            @Override
            public void validate(byte[] key, byte[] value) {
                // any value will do
            }

            @Override
            public int select(byte[] key, List<byte[]> values) {
                return 0;
            }
        });
    }

    static Deadline deadline(Host host) {
        return Deadline.after(host.environment(), Duration.ofSeconds(30));
    }

    /** The DHT, when it knows a peer. */
    static Dht ready(Host host) throws IOException, InterruptedException {
        Dht dht = host.find(Dht.class).orElseThrow();
        if (!dht.awaitPeers(deadline(host))) {
            throw new IOException("no peer serves the DHT");
        }
        return dht;
    }
}
