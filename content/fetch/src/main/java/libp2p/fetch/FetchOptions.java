package libp2p.fetch;

import java.time.Duration;
import java.util.List;
import libp2p.core.host.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * A source of blocks beside the store of a fetcher.
 *
 * @param exchange Bitswap, or null to do without
 * @param peers that Bitswap asks first
 * @param sources such as gateways
 * @param reputation what is known of the sources
 * @param patience how long a block is waited for while nothing comes from anybody
 * @param atOnce blocks that are fetched at a time from sources other than Bitswap
 * @param progress told of every block that came
 */
public record FetchOptions(
        Fetcher.@Nullable Exchange exchange,
        List<PeerAddress> peers,
        List<FetchSource> sources,
        Reputation reputation,
        Duration patience,
        int atOnce,
        Progress progress) {
    /** Hears of blocks as they come, on the threads that fetch; must not block. */
    @FunctionalInterface
    public interface Progress {
        /**
         * A block has come from a source, with its number of bytes; called on the thread that got it, must not block.
         */
        void block(String source, int bytes);
    }

    public FetchOptions {
        peers = List.copyOf(peers);
        sources = List.copyOf(sources);
    }

    /** Nothing but the store; a minute of patience, 32 blocks at a time. */
    public static FetchOptions of(Reputation reputation) {
        return new FetchOptions(
                null, List.of(), List.of(), reputation, Duration.ofMinutes(1), 32, (source, bytes) -> {});
    }

    /** With Bitswap. */
    public FetchOptions withExchange(Fetcher.Exchange value, List<PeerAddress> first) {
        return new FetchOptions(value, first, sources, reputation, patience, atOnce, progress);
    }

    /** With sources beside Bitswap. */
    public FetchOptions withSources(List<FetchSource> value) {
        return new FetchOptions(exchange, peers, value, reputation, patience, atOnce, progress);
    }

    /** With another patience. */
    public FetchOptions withPatience(Duration value) {
        return new FetchOptions(exchange, peers, sources, reputation, value, atOnce, progress);
    }

    /** With a listener that hears of every block. */
    public FetchOptions withProgress(Progress value) {
        return new FetchOptions(exchange, peers, sources, reputation, patience, atOnce, value);
    }
}
