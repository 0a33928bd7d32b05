package libp2p.gateway;

import java.util.List;
import java.util.Locale;
import libp2p.ipld.BlockSource;
import libp2p.ipld.traversal.Budget;
import org.jspecify.annotations.Nullable;

/**
 * The content that a gateway serves, and how.
 *
 * @param budget blocks and bytes of one request
 * @param trustlessOnly whether only blocks, CARs and records are served, which the asker verifies
 * @param domains in lower case, without port, under which each root has a host of its own: {@code CID.ipfs.DOMAIN}
 * @param names what {@code /ipns/} stands for
 * @param source where blocks come from that the store lacks; null if the store is all there is
 */
public record GatewayOptions(
        Budget budget,
        boolean trustlessOnly,
        List<String> domains,
        Names names,
        @Nullable BlockSource source) {
    /** Files for people as well as blocks for verifiers, from the store alone. */
    public static final GatewayOptions DEFAULT =
            new GatewayOptions(Budget.STRANGER, false, List.of("localhost"), Names.NONE, null);

    public GatewayOptions {
        domains = domains.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    /** With another budget of one request. */
    public GatewayOptions withBudget(Budget value) {
        return new GatewayOptions(value, trustlessOnly, domains, names, source);
    }

    /** With or without files for people. */
    public GatewayOptions withTrustlessOnly(boolean value) {
        return new GatewayOptions(budget, value, domains, names, source);
    }

    /** With other domains of hosts for roots. */
    public GatewayOptions withDomains(List<String> value) {
        return new GatewayOptions(budget, trustlessOnly, value, names, source);
    }

    /** With names. */
    public GatewayOptions withNames(Names value) {
        return new GatewayOptions(budget, trustlessOnly, domains, value, source);
    }
}
