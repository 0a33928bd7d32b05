package libp2p.gateway;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import libp2p.ipld.BlockSource;
import libp2p.ipld.policy.ContentPolicy;
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
 * @param policy what is answered with 410 instead
 * @param proxies whether the machine at an address is a reverse proxy whose {@code X-Forwarded-Host} and
 *     {@code X-Forwarded-Proto} are believed; all others send them in vain
 */
public record GatewayOptions(
        Budget budget,
        boolean trustlessOnly,
        List<String> domains,
        Names names,
        @Nullable BlockSource source,
        ContentPolicy policy,
        Predicate<InetAddress> proxies) {
    /** Files for people as well as blocks for verifiers, from the store alone. */
    public static final GatewayOptions DEFAULT = new GatewayOptions(
            Budget.STRANGER, false, List.of("localhost"), Names.NONE, null, ContentPolicy.OPEN, address -> false);

    public GatewayOptions {
        domains = domains.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    /** With another budget of one request. */
    public GatewayOptions withBudget(Budget value) {
        return new GatewayOptions(value, trustlessOnly, domains, names, source, policy, proxies);
    }

    /** With or without files for people. */
    public GatewayOptions withTrustlessOnly(boolean value) {
        return new GatewayOptions(budget, value, domains, names, source, policy, proxies);
    }

    /** With other domains of hosts for roots. */
    public GatewayOptions withDomains(List<String> value) {
        return new GatewayOptions(budget, trustlessOnly, value, names, source, policy, proxies);
    }

    /** With names. */
    public GatewayOptions withNames(Names value) {
        return new GatewayOptions(budget, trustlessOnly, domains, value, source, policy, proxies);
    }

    /** With a place to get blocks from that the store lacks. */
    public GatewayOptions withSource(BlockSource value) {
        return new GatewayOptions(budget, trustlessOnly, domains, names, value, policy, proxies);
    }

    /** With content that is not served. */
    public GatewayOptions withPolicy(ContentPolicy value) {
        return new GatewayOptions(budget, trustlessOnly, domains, names, source, value, proxies);
    }

    /** With reverse proxies. */
    public GatewayOptions withProxies(Predicate<InetAddress> value) {
        return new GatewayOptions(budget, trustlessOnly, domains, names, source, policy, value);
    }

    /** Whether a host, in lower case and without its port, is a domain of this gateway or the host of a root below. */
    public boolean isOwn(String host) {
        return domains.stream()
                .anyMatch(domain ->
                        host.equals(domain) || host.endsWith(".ipfs." + domain) || host.endsWith(".ipns." + domain));
    }
}
