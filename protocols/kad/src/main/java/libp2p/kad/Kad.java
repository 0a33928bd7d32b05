package libp2p.kad;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import libp2p.core.datastore.Datastore;
import libp2p.core.host.Host;
import libp2p.core.host.HostAssembly;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.resource.ServiceLimit;
import libp2p.core.routing.RecordValidator;
import libp2p.kad.table.RefreshProfile;
import libp2p.kad.validator.PublicKeyValidator;
import org.jspecify.annotations.Nullable;

/**
 * Kademlia for a host, the distributed hash table of libp2p:
 *
 * <pre>{@code
 * return Libp2p.host()
 *         .listen("/ip4/127.0.0.1/tcp/0")
 *         .bootstrap(bootstrap)
 *         .with(Kad.server().withPrefix("/dht-example"))
 *         .start();
 * }</pre>
 *
 * <p>A {@linkplain #server server} answers others and keeps records for them, a {@linkplain #client client} only asks,
 * and {@link #auto} serves where the host is found to be reachable. A host that knows no member of the network finds
 * nothing, so a builder names bootstrap peers. Without {@link #withPrefix} it is the network of IPFS.
 *
 * <p>An immutable value; the service that it adds is {@link Dht}.
 */
public final class Kad implements ProtocolFamily {
    /** The prefix of the public network of IPFS. */
    public static final String IPFS = "/ipfs";

    private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9._-]{1,64}){1,4}");

    private final Mode mode;
    private final String prefix;
    private final boolean localToo;
    private final int quorum;
    private final List<RecordValidator> validators;
    private final KadLimits limits;
    private final @Nullable Datastore datastore;
    private final boolean optimistic;
    private final boolean refreshing;
    private final RefreshProfile profile;

    private Kad(
            Mode mode,
            String prefix,
            boolean localToo,
            int quorum,
            List<RecordValidator> validators,
            KadLimits limits,
            @Nullable Datastore datastore,
            boolean optimistic,
            boolean refreshing,
            RefreshProfile profile) {
        this.mode = mode;
        this.prefix = prefix;
        this.localToo = localToo;
        this.quorum = quorum;
        this.validators = List.copyOf(validators);
        this.limits = limits;
        this.datastore = datastore;
        this.optimistic = optimistic;
        this.refreshing = refreshing;
        this.profile = profile;
    }

    private static Kad of(Mode mode) {
        return new Kad(
                mode,
                IPFS,
                true,
                0,
                List.of(new PublicKeyValidator()),
                KadLimits.ofThisProcess(),
                null,
                false,
                true,
                RefreshProfile.EVEN);
    }

    /** A host that asks and answers. */
    public static Kad server() {
        return of(Mode.SERVER);
    }

    /** A host that only asks. */
    public static Kad client() {
        return of(Mode.CLIENT);
    }

    /** A host that answers where it can be reached. */
    public static Kad auto() {
        return of(Mode.AUTO);
    }

    /** A host in a mode. */
    public static Kad in(Mode mode) {
        return of(mode);
    }

    /**
     * For a network of its own: the protocol ids are {@code PREFIX/kad/1.0.0} and {@code PREFIX/lan/kad/1.0.0}.
     *
     * @param value one to four segments, for example {@code "/example"}
     * @throws IllegalArgumentException if it is not of that form
     */
    public Kad withPrefix(String value) {
        if (!PREFIX.matcher(value).matches()) {
            throw new IllegalArgumentException("a DHT prefix is of the form /name, not \"" + value + "\"");
        }
        return new Kad(mode, value, localToo, quorum, validators, limits, datastore, optimistic, refreshing, profile);
    }

    /**
     * Without the network of the local network; the one that is left takes local peers, too, until this host is public.
     */
    public Kad withoutLocal() {
        return new Kad(mode, prefix, false, quorum, validators, limits, datastore, optimistic, refreshing, profile);
    }

    /**
     * Number of peers that must have given a valid value for a search to end early; 0, the default, asks all that are
     * responsible.
     */
    public Kad withQuorum(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("a quorum of " + value);
        }
        return new Kad(mode, prefix, localToo, value, validators, limits, datastore, optimistic, refreshing, profile);
    }

    /** With the values of one more namespace; replaces the validator that it had. */
    public Kad withValidator(RecordValidator validator) {
        List<RecordValidator> all = new ArrayList<>(validators);
        all.removeIf(other -> other.namespace().equals(validator.namespace()));
        all.add(validator);
        return new Kad(mode, prefix, localToo, quorum, all, limits, datastore, optimistic, refreshing, profile);
    }

    /** With other bounds. */
    public Kad withLimits(KadLimits value) {
        return new Kad(mode, prefix, localToo, quorum, validators, value, datastore, optimistic, refreshing, profile);
    }

    /**
     * Keeps records, providers, keys to announce and peers in a datastore of its own instead of the host's.
     *
     * @param value closed by the caller, after the host
     */
    public Kad withDatastore(Datastore value) {
        return new Kad(mode, prefix, localToo, quorum, validators, limits, value, optimistic, refreshing, profile);
    }

    /**
     * {@code provide} tells peers during the lookup, as soon as they are close enough for the size of the network, and
     * returns when three quarters of them have taken it. Off by default: a peer may be told that is not one of the k
     * closest.
     */
    public Kad withOptimisticProvide() {
        return new Kad(mode, prefix, localToo, quorum, validators, limits, datastore, true, refreshing, profile);
    }

    /** Refreshes the buckets of the routing table at paces of their own. */
    public Kad withRefreshProfile(RefreshProfile value) {
        return new Kad(mode, prefix, localToo, quorum, validators, limits, datastore, optimistic, refreshing, value);
    }

    /**
     * Leaves it to the application to call {@link Dht#refresh}: the routing table is neither filled nor checked at
     * times of its own, and holds the servers that were met. For networks where another part decides when that work is
     * done, such as large simulations.
     */
    public Kad withoutRefresh() {
        return new Kad(mode, prefix, localToo, quorum, validators, limits, datastore, optimistic, false, profile);
    }

    @Override
    public void contribute(HostAssembly assembly) {
        KadLimits effective = assembly.limits(limits);
        KadLimits.Serving serving = effective.serving();
        assembly.service(new Dht(withLimits(effective)))
                .serviceLimits(
                        Requests.SERVICE,
                        ServiceLimit.of(serving.streams(), serving.messageBytes()),
                        ServiceLimit.of(serving.streamsPerPeer(), serving.messageBytes() / 16));
    }

    Mode mode() {
        return mode;
    }

    String prefix() {
        return prefix;
    }

    boolean isLocalToo() {
        return localToo;
    }

    int quorum() {
        return quorum;
    }

    List<RecordValidator> validators() {
        return validators;
    }

    KadLimits limits() {
        return limits;
    }

    boolean isRefreshing() {
        return refreshing;
    }

    RefreshProfile profile() {
        return profile;
    }

    boolean isOptimistic() {
        return optimistic;
    }

    /** The part of a name of the datastore of its own, or of the host's. */
    Datastore datastore(Host host, String name) {
        return datastore == null ? host.datastore(name) : datastore.namespace(name);
    }
}
