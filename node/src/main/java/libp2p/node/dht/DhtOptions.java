package libp2p.node.dht;

import java.util.ArrayList;
import java.util.List;
import libp2p.HostBuilder;
import libp2p.ipns.IpnsValidator;
import libp2p.ipns.NameService;
import libp2p.kad.Kad;
import libp2p.kad.Mode;
import libp2p.kad.validator.AnyValueValidator;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a host that is part of a DHT. */
public final class DhtOptions {
    @Option(
            names = "--dht",
            paramLabel = "MODE",
            description = "Takes part in the DHT: server, client, or auto (a server where it can be reached).")
    private @Nullable Mode mode;

    @Option(
            names = "--dht-prefix",
            paramLabel = "PREFIX",
            description = "Prefix of the protocols of the --dht; default: " + Kad.IPFS
                    + ". Under others, keys /v/… take any value.")
    private @Nullable String prefix;

    @Option(
            names = "--dht-namespace",
            paramLabel = "NAME",
            description = "Takes any value under keys /NAME/… too; may be repeated. For networks of one's own.")
    private List<String> namespaces = List.of();

    /**
     * Adds the DHT to a host, if one is wanted, and the names of the host.
     *
     * @param names whether there are names also without a DHT
     */
    public void addTo(HostBuilder builder, boolean names) {
        if (mode == null && (prefix != null || !namespaces.isEmpty())) {
            throw new IllegalArgumentException("--dht-prefix and --dht-namespace need --dht");
        }
        if (mode != null) {
            builder.with(family(mode, prefix == null ? Kad.IPFS : prefix, namespaces))
                    .with(new DhtNamespaces());
        }
        if (mode != null || names) {
            builder.with(new NameService());
        }
    }

    /**
     * The DHT of a prefix: outside the public network anybody may store anything under {@code /v/} and {@code
     * /example/}.
     */
    static Kad family(Mode mode, String prefix, List<String> namespaces) {
        Kad kad = Kad.in(mode).withPrefix(prefix).withValidator(new IpnsValidator(SystemEnvironment.shared()));
        List<String> open = new ArrayList<>(namespaces);
        if (!prefix.equals(Kad.IPFS)) {
            open.addAll(List.of("v", "example"));
        }
        for (String namespace : open) {
            kad = kad.withValidator(new AnyValueValidator(namespace));
        }
        return kad;
    }
}
