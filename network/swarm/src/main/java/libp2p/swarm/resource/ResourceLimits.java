package libp2p.swarm.resource;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The limits of all scopes. Immutable. {@link #scaled} gives go-libp2p's defaults for a machine; {@link LimitsFile}
 * reads changes to them.
 *
 * @param kinds of every scope of a kind; a kind that is not there is unlimited
 * @param names of single scopes, instead of the limit of their kind
 * @param allowed who still gets in when the system is full
 * @param addresses of remote addresses, before any handshake
 */
public record ResourceLimits(
        Map<ScopeKind, ScopeLimit> kinds, Map<Name, ScopeLimit> names, AllowList allowed, AddressLimits addresses) {
    /**
     * A single scope: a peer by the text of its id, else a protocol or service.
     *
     * @param kind a kind whose scopes have names
     * @param name the text of a peer id, a protocol id, or the name of a service
     */
    public record Name(ScopeKind kind, String name) {
        public Name {
            if (!kind.isNamed()) {
                throw new IllegalArgumentException("scopes of kind " + kind + " have no names");
            }
        }
    }

    /** Bytes for each of those that have not proved their address: packets of a handshake that wait for keys. */
    private static final long UNPROVED_MEMORY = 64 << 10;

    private static final long MIB = 1 << 20;

    /** With less memory than this the base limits are taken. */
    private static final long SCALE_FROM = 128 * MIB;

    public ResourceLimits {
        kinds = Map.copyOf(kinds);
        names = Map.copyOf(names);
    }

    /** Counts, but refuses nothing. */
    public static ResourceLimits unlimited() {
        return new ResourceLimits(Map.of(), Map.of(), AllowList.EMPTY, AddressLimits.UNLIMITED);
    }

    /** The limit of a kind. */
    public ScopeLimit of(ScopeKind kind) {
        return kinds.getOrDefault(kind, ScopeLimit.UNLIMITED);
    }

    /** The limit of a single scope. */
    public ScopeLimit of(ScopeKind kind, String name) {
        ScopeLimit own = names.isEmpty() ? null : names.get(new Name(kind, name));
        return own == null ? of(kind) : own;
    }

    /** The same with another limit for all scopes of a kind. */
    public ResourceLimits with(ScopeKind kind, ScopeLimit limit) {
        Map<ScopeKind, ScopeLimit> changed = new HashMap<>(kinds);
        changed.put(kind, limit);
        return new ResourceLimits(changed, names, allowed, addresses);
    }

    /** The same with another limit for one scope. */
    public ResourceLimits with(ScopeKind kind, String name, ScopeLimit limit) {
        Map<Name, ScopeLimit> changed = new HashMap<>(names);
        changed.put(new Name(kind, name), limit);
        return new ResourceLimits(kinds, changed, allowed, addresses);
    }

    /** Adds to the allow list. */
    public ResourceLimits withAllowed(AllowList.Entry entry) {
        List<AllowList.Entry> entries = new ArrayList<>(allowed.entries());
        entries.add(entry);
        return new ResourceLimits(kinds, names, new AllowList(entries), addresses);
    }

    /** The same with other limits of IP addresses and subnets. */
    public ResourceLimits withAddresses(AddressLimits limits) {
        return new ResourceLimits(kinds, names, allowed, limits);
    }

    /**
     * go-libp2p's defaults: a base, and more for every MiB from 128 MiB on. Not from there is {@link
     * ScopeKind#TRANSIENT_PEER}: one peer may have three quarters of the streams of strangers that wait for their
     * protocol, and three times as many as are free if others have some too, so that several peers cannot take all of
     * them. It is a share of all and not a number of a connection, so that a peer gains nothing by another connection,
     * a host that may do more allows larger bursts, and one without limits allows any.
     *
     * @param memory bytes that the host may use, by default an eighth of the machine's
     * @param descriptors file descriptors that the host may use, by default half of the process limit
     */
    public static ResourceLimits scaled(long memory, int descriptors) {
        long mib = memory <= SCALE_FROM ? 0 : memory / MIB;
        ScopeLimit systemStep = ScopeLimit.ofConnections(128, 64, 128).withStreams(2048, 1024, 2048);
        ScopeLimit system = systemStep
                .withMemory(128 * MIB)
                .plus(systemStep.withMemory(1024 * MIB), mib)
                .withDescriptors(Math.max(256, descriptors));
        ScopeLimit transients = ScopeLimit.ofConnections(64, 32, 64)
                .withStreams(256, 128, 256)
                .withMemory(32 * MIB)
                .plus(
                        ScopeLimit.ofConnections(32, 16, 32)
                                .withStreams(256, 128, 256)
                                .withMemory(128 * MIB),
                        mib)
                .withDescriptors(Math.max(64, descriptors / 4));
        Map<ScopeKind, ScopeLimit> kinds = new EnumMap<>(ScopeKind.class);
        kinds.put(ScopeKind.SYSTEM, system);
        kinds.put(ScopeKind.TRANSIENT, transients);
        kinds.put(ScopeKind.ALLOWLISTED_SYSTEM, system);
        kinds.put(ScopeKind.ALLOWLISTED_TRANSIENT, transients);
        int unproved = unproved(transients);
        kinds.put(
                ScopeKind.UNPROVED,
                ScopeLimit.ofConnections(unproved, unproved, 0).withMemory(unproved * UNPROVED_MEMORY));
        kinds.put(
                ScopeKind.PEER,
                ScopeLimit.ofConnections(8, 8, 8)
                        .withStreams(512, 256, 512)
                        .withMemory(64 * MIB)
                        .plus(streams(256, 128, 256, 128 * MIB), mib)
                        .withDescriptors(Math.max(4, descriptors / 64)));
        kinds.put(
                ScopeKind.TRANSIENT_PEER, streams(256, 96, 256, 32 * MIB).plus(streams(256, 96, 256, 128 * MIB), mib));
        kinds.put(ScopeKind.PROTOCOL, streams(2048, 512, 2048, 64 * MIB).plus(streams(512, 256, 512, 164 * MIB), mib));
        kinds.put(ScopeKind.PROTOCOL_PEER, streams(256, 64, 128, 16 * MIB).plus(streams(16, 4, 8, 4 * MIB), mib));
        kinds.put(
                ScopeKind.SERVICE, streams(4096, 1024, 4096, 64 * MIB).plus(streams(2048, 512, 2048, 128 * MIB), mib));
        kinds.put(ScopeKind.SERVICE_PEER, streams(256, 128, 256, 16 * MIB).plus(streams(8, 4, 8, 4 * MIB), mib));
        kinds.put(
                ScopeKind.CONNECTION,
                ScopeLimit.ofConnections(1, 1, 1).withDescriptors(1).withMemory(32 * MIB));
        kinds.put(ScopeKind.STREAM, streams(1, 1, 1, 16 * MIB));
        return new ResourceLimits(kinds, Map.of(), AllowList.EMPTY, AddressLimits.DEFAULT);
    }

    /**
     * go-libp2p's limits for an eighth of this machine's memory and half of this process's file descriptors,
     * {@linkplain #withinHeap within the heap}: the default of a host.
     */
    public static ResourceLimits ofThisMachine() {
        long heap = Runtime.getRuntime().maxMemory();
        long memory = heap;
        int descriptors = 1024;
        var system = ManagementFactory.getOperatingSystemMXBean();
        if (system instanceof com.sun.management.OperatingSystemMXBean known) {
            memory = known.getTotalMemorySize();
        }
        if (system instanceof com.sun.management.UnixOperatingSystemMXBean unix) {
            descriptors = (int) Math.min(1 << 20, unix.getMaxFileDescriptorCount());
        }
        return scaled(memory / 8, descriptors / 2).withinHeap(heap);
    }

    /**
     * These limits, but with no more memory for all than half of a heap, and for one scope no more of that half than
     * its share in the base limits: a connection a quarter, a peer a half. Else one connection could take all that a
     * small heap has.
     *
     * @param heap bytes that the process may have
     */
    public ResourceLimits withinHeap(long heap) {
        ResourceLimits base = scaled(0, 0);
        double share = heap / 2.0 / base.of(ScopeKind.SYSTEM).memory();
        Map<ScopeKind, ScopeLimit> fitted = new HashMap<>(kinds);
        base.kinds.forEach((kind, limit) ->
                fitted.put(kind, of(kind).withMemory(Math.min(of(kind).memory(), (long) (limit.memory() * share)))));
        return new ResourceLimits(fitted, names, allowed, addresses);
    }

    /** Half as many as may be in their handshakes with a proved address: each costs the engine about as much. */
    private static int unproved(ScopeLimit transients) {
        return transients.connectionsInbound() / 2;
    }

    private static ScopeLimit streams(int total, int inbound, int outbound, long memory) {
        return ScopeLimit.ofStreams(total, inbound, outbound).withMemory(memory);
    }
}
