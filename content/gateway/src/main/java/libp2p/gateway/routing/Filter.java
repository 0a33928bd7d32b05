package libp2p.gateway.routing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import libp2p.delegated.routing.PeerRecord;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/** The filter that a client sets on records (IPIP-484). Makes new records, never changes those it is given. */
final class Filter {
    private static final String UNKNOWN = "unknown";

    private final List<String> wanted;
    private final List<String> refused;
    private final List<String> protocols;

    private Filter(List<String> addresses, List<String> protocols) {
        wanted = addresses.stream().filter(name -> !name.startsWith("!")).toList();
        refused = addresses.stream()
                .filter(name -> name.startsWith("!"))
                .map(name -> name.substring(1))
                .toList();
        this.protocols = protocols;
    }

    static Filter of(Map<String, String> query) {
        return new Filter(words(query.get("filter-addrs")), words(query.get("filter-protocols")));
    }

    private static List<String> words(@Nullable String text) {
        return text == null
                ? List.of()
                : Arrays.stream(text.split(","))
                        .map(word -> word.strip().toLowerCase(Locale.ROOT))
                        .filter(word -> !word.isEmpty())
                        .limit(64)
                        .toList();
    }

    /** The record with the addresses that are wanted, or null if it is not. */
    @Nullable
    PeerRecord apply(PeerRecord record) {
        if (!protocols.isEmpty()) {
            boolean fits = record.protocols().isEmpty()
                    ? protocols.contains(UNKNOWN)
                    : record.protocols().stream()
                            .anyMatch(protocol -> protocols.contains(protocol.toLowerCase(Locale.ROOT)));
            if (!fits) {
                return null;
            }
        }
        if (wanted.isEmpty() && refused.isEmpty()) {
            return record;
        }
        if (record.addresses().isEmpty()) {
            return wanted.contains(UNKNOWN) ? record : null;
        }
        List<Multiaddr> left = record.addresses().stream()
                .filter(address -> {
                    List<String> names =
                            address.protocols().stream().map(Filter::name).toList();
                    boolean https = names.contains("tls") && names.contains("http");
                    boolean fits = wanted.isEmpty()
                            || wanted.stream().anyMatch(names::contains)
                            || (https && wanted.contains("https"));
                    return fits && refused.stream().noneMatch(names::contains);
                })
                .toList();
        return left.isEmpty() ? null : record.withAddresses(left);
    }

    private static String name(Protocol protocol) {
        return protocol.label();
    }
}
