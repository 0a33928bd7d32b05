package libp2p.swarm.resource;

import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ScopeUsage;

/** The counters of one scope; guarded by the lock of the manager. */
final class Node {
    final String name;
    final ScopeLimit limit;
    private int connectionsInbound;
    private int connectionsOutbound;
    private int descriptors;
    private int streamsInbound;
    private int streamsOutbound;
    private long memory;
    private final Map<String, Long> refusals = new LinkedHashMap<>(0);

    Node(String name, ScopeLimit limit) {
        this.name = name;
        this.limit = limit;
    }

    /** Throws if the charge would exceed a limit; changes nothing. */
    void check(Charge charge) throws LimitExceededException {
        long in = (long) connectionsInbound + charge.connectionsInbound();
        long out = (long) connectionsOutbound + charge.connectionsOutbound();
        if (charge.connectionsInbound() + charge.connectionsOutbound() > 0) {
            check("connections", in + out, limit.connections());
            check("connectionsInbound", in, charge.connectionsInbound() > 0 ? limit.connectionsInbound() : in);
            check("connectionsOutbound", out, charge.connectionsOutbound() > 0 ? limit.connectionsOutbound() : out);
        }
        if (charge.descriptors() > 0) {
            check("descriptors", (long) descriptors + charge.descriptors(), limit.descriptors());
        }
        if (charge.streamsInbound() + charge.streamsOutbound() > 0) {
            long streamsIn = (long) streamsInbound + charge.streamsInbound();
            long streamsOut = (long) streamsOutbound + charge.streamsOutbound();
            check("streams", streamsIn + streamsOut, limit.streams());
            check("streamsInbound", streamsIn, charge.streamsInbound() > 0 ? limit.streamsInbound() : streamsIn);
            check("streamsOutbound", streamsOut, charge.streamsOutbound() > 0 ? limit.streamsOutbound() : streamsOut);
        }
        if (charge.memory() > 0) {
            checkMemory(charge.memory(), 255);
        }
    }

    /** Throws if the memory would fill more than (1 + priority) / 256 of the limit. */
    void checkMemory(long bytes, int priority) throws LimitExceededException {
        long threshold =
                limit.memory() == Long.MAX_VALUE ? Long.MAX_VALUE : (long) (limit.memory() * ((1.0 + priority) / 256));
        long sum = memory + bytes;
        check("memory", sum < 0 ? Long.MAX_VALUE : sum, threshold);
    }

    private void check(String what, long value, long maximum) throws LimitExceededException {
        if (value > maximum) {
            refusals.merge(what, 1L, Long::sum);
            throw new LimitExceededException(name, what, value, maximum, LimitExceededException.Side.LOCAL);
        }
    }

    /** Adds the charge, or takes it back if {@code sign} is -1. */
    void apply(Charge charge, int sign) {
        connectionsInbound += sign * charge.connectionsInbound();
        connectionsOutbound += sign * charge.connectionsOutbound();
        descriptors += sign * charge.descriptors();
        streamsInbound += sign * charge.streamsInbound();
        streamsOutbound += sign * charge.streamsOutbound();
        applyMemory(sign * charge.memory());
    }

    void applyMemory(long bytes) {
        memory += bytes;
        if (memory < 0
                || connectionsInbound < 0
                || connectionsOutbound < 0
                || descriptors < 0
                || streamsInbound < 0
                || streamsOutbound < 0) {
            throw new IllegalStateException("more was given back to " + name + " than was taken: " + usage());
        }
    }

    ScopeUsage usage() {
        return new ScopeUsage(
                connectionsInbound, connectionsOutbound, descriptors, streamsInbound, streamsOutbound, memory);
    }

    boolean isEmpty() {
        return memory == 0
                && connectionsInbound == 0
                && connectionsOutbound == 0
                && descriptors == 0
                && streamsInbound == 0
                && streamsOutbound == 0;
    }

    Map<String, Long> refusals() {
        return refusals;
    }
}
