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
            arity = "0..1",
            fallbackValue = "auto",
            description = "Takes part in the DHT: server, client, or auto (a server where it can be reached);"
                    + " without a word: auto.")
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

    @Option(
            names = "--optimistic-provide",
            description =
                    "Announcements end as soon as most of the peers have them, which may be others than the closest.")
    private boolean optimistic;

    /** Takes part in a mode where no option says another. */
    public void orElse(Mode value) {
        mode = mode == null ? value : mode;
    }

    /**
     * Adds the DHT to a host, if one is wanted, and the names of the host.
     *
     * @param names whether there are names also without a DHT
     */
    public void addTo(HostBuilder builder, boolean names) {
        if (mode == null && (prefix != null || !namespaces.isEmpty() || optimistic)) {
            throw new IllegalArgumentException("--dht-prefix, --dht-namespace and --optimistic-provide need --dht");
        }
        if (mode != null) {
            Kad kad = family(mode, prefix == null ? Kad.IPFS : prefix, namespaces);
            builder.with(optimistic ? kad.withOptimisticProvide() : kad).with(new DhtNamespaces());
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
