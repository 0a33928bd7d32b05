import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.kad.Dht;

/** Seed 004, "Content Routing": a value is stored with {@code --text}, and found again without. */
final class DhtValues implements SeedProgram {
    private static final byte[] KEY = "/example/key".getBytes(UTF_8);

    @Override
    public void prepare(HostBuilder host, SeedOptions options) {
        host.with(SeedDht.family());
    }

    @Override
    public void listen(Host host, SeedOptions options, SeedOutput out) {
        // the family serves
    }

    @Override
    public void dial(Host host, PeerAddress peer, SeedOptions options, SeedOutput out) throws Exception {
        Dht dht = SeedDht.ready(host);
        String stored = options.text("");
        if (!stored.isEmpty()) {
            dht.putValue(KEY, stored.getBytes(UTF_8), SeedDht.deadline(host));
            out.result("stored");
            return;
        }
        byte[] value = dht.getValue(KEY, SeedDht.deadline(host));
        if (value == null) {
            throw new IOException("the DHT has no value");
        }
        out.result(new String(value, UTF_8));
    }
}
