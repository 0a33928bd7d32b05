package libp2p.swarm.resource;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import libp2p.core.resource.ResourceReport;
import libp2p.core.resource.ScopeUsage;
import org.jspecify.annotations.Nullable;

/** The counters of one scope. Guarded by the lock of the manager. */
class ScopeCounters {
    private static final int SCARCE_PART = 8;
    /** A part that holds no more than this of what is left leaves enough to others. */
    private static final int SMALL_PART = 16;

    final ScopeKind kind;
    private final ScopeLimit limit;
    private final Refusals refusals;
    private final String subject;
    private int connectionsInbound;
    private int connectionsOutbound;
    private int descriptors;
    private int streamsInbound;
    private int streamsOutbound;
    private long memory;
    private int users;

    /** @param subject what the scope is for; the name of the scope is built from it only when it is asked for */
    ScopeCounters(ScopeKind kind, String subject, ScopeLimit limit, Refusals refusals) {
        this.kind = kind;
        this.subject = subject;
        this.limit = limit;
        this.refusals = refusals;
    }

    String name() {
        return switch (kind) {
            case PEER, PROTOCOL, SERVICE -> kind + ":" + subject;
            default -> subject;
        };
    }

    /** One more scope belongs to this one. */
    void attach() {
        users++;
    }

    /** Returns whether this scope is not in use any more. */
    boolean detach() {
        return --users == 0;
    }

    boolean isUnused() {
        return users == 0;
    }

    /** The refusal of a charge, or null; changes nothing. */
    @Nullable
    ResourceRefusal check(Charge charge, long bytes, int priority) {
        ResourceRefusal refusal = null;
        if (charge.streamsInbound() + charge.streamsOutbound() > 0) {
            refusal = checkStreams(charge);
        } else if (charge.connectionsInbound() + charge.connectionsOutbound() > 0) {
            refusal = checkConnections(charge);
        }
        return refusal == null && bytes > 0 ? checkMemory(bytes, priority) : refusal;
    }

    private @Nullable ResourceRefusal checkStreams(Charge charge) {
        long in = (long) streamsInbound + charge.streamsInbound();
        long out = (long) streamsOutbound + charge.streamsOutbound();
        if (charge.streamsInbound() > 0 && in > limit.streamsInbound()) {
            return refusal(Resource.STREAMS_INBOUND, in, limit.streamsInbound());
        }
        if (charge.streamsOutbound() > 0 && out > limit.streamsOutbound()) {
            return refusal(Resource.STREAMS_OUTBOUND, out, limit.streamsOutbound());
        }
        return in + out > limit.streams() ? refusal(Resource.STREAMS, in + out, limit.streams()) : null;
    }

    /**
     * The refusal of one more inbound stream of a part whose share of a whole is used up, or null. Where the limits
     * give one part p of n places, it may have p/(n - p) times as many as are free beside the one that is asked for: p
     * if it is alone, fewer the more parts there are that take all they can, so that a place stays free for the next. A
     * part that has none is not refused. Limits that are reached without that are not looked at.
     */
    final @Nullable ResourceRefusal checkShare(ScopeCounters whole) {
        long all = whole.limit.streamsInbound();
        long most = limit.streamsInbound();
        long free = all - whole.streamsInbound;
        if (most >= all || free <= 0 || streamsInbound >= most) {
            return null;
        }
        long share = Math.max(1, most * (free - 1) / (all - most));
        return streamsInbound >= share ? refusal(Resource.STREAMS_INBOUND, streamsInbound + 1L, share) : null;
    }

    private @Nullable ResourceRefusal checkConnections(Charge charge) {
        long in = (long) connectionsInbound + charge.connectionsInbound();
        long out = (long) connectionsOutbound + charge.connectionsOutbound();
        if (charge.connectionsInbound() > 0 && in > limit.connectionsInbound()) {
            return refusal(Resource.CONNECTIONS_INBOUND, in, limit.connectionsInbound());
        }
        if (charge.connectionsOutbound() > 0 && out > limit.connectionsOutbound()) {
            return refusal(Resource.CONNECTIONS_OUTBOUND, out, limit.connectionsOutbound());
        }
        if (in + out > limit.connections()) {
            return refusal(Resource.CONNECTIONS, in + out, limit.connections());
        }
        long open = (long) descriptors + charge.descriptors();
        return charge.descriptors() > 0 && open > limit.descriptors()
                ? refusal(Resource.DESCRIPTORS, open, limit.descriptors())
                : null;
    }

    private @Nullable ResourceRefusal checkMemory(long bytes, int priority) {
        long threshold = threshold(limit.memory(), priority);
        long sum = memory + bytes;
        return sum < 0 || sum > threshold ? refusal(Resource.MEMORY, sum < 0 ? Long.MAX_VALUE : sum, threshold) : null;
    }

    /** The part of the limit that a priority may fill: (1 + priority) / 256. */
    static long threshold(long limit, int priority) {
        int parts = 1 + priority;
        return parts == 256 ? limit : limit / 256 * parts + limit % 256 * parts / 256;
    }

    private ResourceRefusal refusal(Resource resource, long value, long maximum) {
        return refusals.of(kind, name(), resource, value, maximum);
    }

    void add(Charge charge, long bytes) {
        connectionsInbound += charge.connectionsInbound();
        connectionsOutbound += charge.connectionsOutbound();
        descriptors += charge.descriptors();
        streamsInbound += charge.streamsInbound();
        streamsOutbound += charge.streamsOutbound();
        memory += bytes;
    }

    void subtract(Charge charge, long bytes) {
        connectionsInbound -= charge.connectionsInbound();
        connectionsOutbound -= charge.connectionsOutbound();
        descriptors -= charge.descriptors();
        streamsInbound -= charge.streamsInbound();
        streamsOutbound -= charge.streamsOutbound();
        memory -= bytes;
        if ((connectionsInbound | connectionsOutbound | descriptors | streamsInbound | streamsOutbound) < 0
                || memory < 0) {
            throw new IllegalStateException("more was given back to " + name() + " than was taken: " + usage());
        }
    }

    /** Whether less than an eighth of the memory or of the inbound streams is left. */
    final boolean isScarce() {
        return memory > limit.memory() - limit.memory() / SCARCE_PART
                || streamsInbound > limit.streamsInbound() - limit.streamsInbound() / SCARCE_PART;
    }

    /**
     * Whether a part that holds so much may have so much more, though half is used: strangers fill that by the first
     * windows of silent streams, and the windows of all others would never grow. The more is used, the less that is, and
     * nothing where memory would become scarce.
     */
    final boolean leavesEnough(long held, long bytes) {
        long left = limit.memory() - memory - bytes;
        return left >= limit.memory() / SCARCE_PART && held + bytes <= left / SMALL_PART;
    }

    long memory() {
        return memory;
    }

    /** The name of the scope, its use, and its limits. */
    ResourceReport.Scope report() {
        SequencedMap<String, ResourceReport.Amount> amounts = new LinkedHashMap<>();
        for (Resource resource : Resource.values()) {
            if (resource != Resource.NEW_CONNECTIONS) { // a rate, of addresses only
                amounts.put(resource.toString(), new ResourceReport.Amount(used(resource), limit.of(resource)));
            }
        }
        return new ResourceReport.Scope(kind.toString(), name(), amounts);
    }

    private long used(Resource resource) {
        return switch (resource) {
            case CONNECTIONS -> (long) connectionsInbound + connectionsOutbound;
            case CONNECTIONS_INBOUND -> connectionsInbound;
            case CONNECTIONS_OUTBOUND -> connectionsOutbound;
            case DESCRIPTORS -> descriptors;
            case STREAMS -> (long) streamsInbound + streamsOutbound;
            case STREAMS_INBOUND -> streamsInbound;
            case STREAMS_OUTBOUND -> streamsOutbound;
            case MEMORY -> memory;
            case NEW_CONNECTIONS -> throw new IllegalArgumentException("a rate is not charged to a scope");
        };
    }

    ScopeUsage usage() {
        return new ScopeUsage(
                connectionsInbound, connectionsOutbound, descriptors, streamsInbound, streamsOutbound, memory);
    }
}
