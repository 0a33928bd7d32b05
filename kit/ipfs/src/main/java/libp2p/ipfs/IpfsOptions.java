package libp2p.ipfs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import libp2p.HostBuilder;
import libp2p.fetch.FetchSource;
import libp2p.kad.Kad;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an IPFS peer.
 *
 * @param data where key, blocks and pins last; null to keep them in memory and forget them
 * @param listen addresses
 * @param bootstrap peers that lead into the network; none by default
 * @param kadPrefix of the DHT, {@link Kad#IPFS} for the public one
 * @param sources such as gateways, beside Bitswap
 * @param patience how long content is waited for while nothing comes from anybody
 * @param strategy what is announced again and again
 * @param addition has the last word on the host
 */
public record IpfsOptions(
        @Nullable Path data,
        List<String> listen,
        List<String> bootstrap,
        String kadPrefix,
        List<FetchSource> sources,
        Duration patience,
        ProvideStrategy strategy,
        Consumer<HostBuilder> addition) {
    /** In memory, on a free TCP port of all interfaces, a minute of patience, pinned content is announced. */
    public static final IpfsOptions DEFAULT = new IpfsOptions(
            null,
            List.of("/ip4/0.0.0.0/tcp/0"),
            List.of(),
            Kad.IPFS,
            List.of(),
            Duration.ofMinutes(1),
            ProvideStrategy.PINNED,
            builder -> {});

    /** With a folder that lasts. */
    public IpfsOptions withData(Path value) {
        return new IpfsOptions(value, listen, bootstrap, kadPrefix, sources, patience, strategy, addition);
    }

    /** With other addresses. */
    public IpfsOptions withListen(String... values) {
        return new IpfsOptions(data, List.of(values), bootstrap, kadPrefix, sources, patience, strategy, addition);
    }

    /** With peers that lead into the network. */
    public IpfsOptions withBootstrap(String... values) {
        return new IpfsOptions(data, listen, List.of(values), kadPrefix, sources, patience, strategy, addition);
    }

    /** In a network of its own. */
    public IpfsOptions withKadPrefix(String value) {
        return new IpfsOptions(data, listen, bootstrap, value, sources, patience, strategy, addition);
    }

    /** With sources beside Bitswap. */
    public IpfsOptions withSources(List<FetchSource> value) {
        return new IpfsOptions(data, listen, bootstrap, kadPrefix, value, patience, strategy, addition);
    }

    /** With another patience. */
    public IpfsOptions withPatience(Duration value) {
        return new IpfsOptions(data, listen, bootstrap, kadPrefix, sources, value, strategy, addition);
    }

    /** With another choice of what is announced. */
    public IpfsOptions withStrategy(ProvideStrategy value) {
        return new IpfsOptions(data, listen, bootstrap, kadPrefix, sources, patience, value, addition);
    }

    /** With further protocols, transports and limits: whatever the builder of a host takes. */
    public IpfsOptions with(Consumer<HostBuilder> value) {
        return new IpfsOptions(data, listen, bootstrap, kadPrefix, sources, patience, strategy, value);
    }
}
