package libp2p.node.dht;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a DHT.
 *
 * @param words the action and its arguments
 * @param isHex whether the value to store is hexadecimal
 * @param quorum peers that must have given a valid value for a search to end early; 0 asks all that are responsible
 * @param isOptimistic whether an announcement ends as soon as most of the peers have it
 * @param report where a crawl is written to, as CSV or JSON, or null
 */
public record DhtRequest(
        List<String> words,
        boolean isHex,
        int quorum,
        boolean isOptimistic,
        @Nullable Path report) {
    public DhtRequest {
        words = List.copyOf(words);
        DhtAction action = DhtAction.of(words);
        require(!isHex, "--hex", action, DhtAction.PUT);
        require(quorum == 0, "--quorum", action, DhtAction.GET);
        require(!isOptimistic, "--optimistic", action, DhtAction.PROVIDE);
        require(report == null, "--report", action, DhtAction.CRAWL);
        if (quorum < 0) {
            throw new IllegalArgumentException("a quorum of " + quorum);
        }
        if (report != null) {
            new CrawlReport().in(report.toString()); // before much traffic
        }
    }

    private static void require(boolean unused, String option, DhtAction action, DhtAction only) {
        if (!unused && action != only) {
            throw new IllegalArgumentException(
                    option + " is for " + only.toString().split(" ", 2)[0]);
        }
    }

    DhtAction action() {
        return DhtAction.of(words);
    }
}
