package libp2p.pubsub.partial;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import org.jspecify.annotations.Nullable;

/**
 * RPCs with parts that wait to be taken, those of the peers in turn. Where there is no room, the peer with most gives up
 * its newest. Not thread-safe.
 */
final class Inbox {
    /** An RPC and the peer that has sent it. */
    record Arrival(PeerId from, Rpc.Partial partial) {}

    private static final class Row {
        final Deque<Rpc.Partial> partials = new ArrayDeque<>();
        long weight;
    }

    private final PubSubLimits.Partials limits;
    private final Map<PeerId, Row> rows = new LinkedHashMap<>();
    private int waiting;
    private long bytes;
    private long dropped;

    Inbox(PubSubLimits.Partials limits) {
        this.limits = limits;
    }

    /** Takes an RPC; of those that find no room, this one or another, it keeps the number. */
    void offer(PeerId from, Rpc.Partial partial) {
        int size = size(partial);
        Row row = rows.getOrDefault(from, new Row());
        while (waiting >= limits.waiting() || bytes + size > limits.waitingBytes()) {
            dropped++;
            if (!makeRoom(row, weight(partial))) {
                return;
            }
        }
        rows.put(from, row);
        row.partials.add(partial);
        row.weight += weight(partial);
        waiting++;
        bytes += size;
    }

    /** Drops the newest RPC of the peer with most; false where that is the newcomer. */
    private boolean makeRoom(Row newcomer, long more) {
        PeerId most = null;
        Row heaviest = newcomer;
        for (Map.Entry<PeerId, Row> one : rows.entrySet()) {
            Row row = one.getValue();
            long least = heaviest.weight + (heaviest == newcomer ? more : 0);
            if (row != newcomer && row.weight > least) {
                heaviest = row;
                most = one.getKey();
            }
        }
        if (most == null) {
            return false;
        }
        gone(most, heaviest, heaviest.partials.removeLast());
        return true;
    }

    /** The next RPC, or null. */
    @Nullable
    Arrival poll() {
        if (rows.isEmpty()) {
            return null;
        }
        PeerId from = rows.keySet().iterator().next();
        Row row = rows.get(from);
        Rpc.Partial next = row == null ? null : row.partials.poll();
        if (row == null || next == null) {
            return null;
        }
        gone(from, row, next);
        if (rows.remove(from, row)) { // to the end of the turn
            rows.put(from, row);
        }
        return new Arrival(from, next);
    }

    private void gone(PeerId from, Row row, Rpc.Partial partial) {
        waiting--;
        bytes -= size(partial);
        row.weight -= weight(partial);
        if (row.partials.isEmpty()) {
            rows.remove(from);
        }
    }

    /** A place counts as its share of the bytes. */
    private long weight(Rpc.Partial partial) {
        return size(partial) + Math.max(1, limits.waitingBytes() / limits.waiting());
    }

    private static int size(Rpc.Partial partial) {
        byte[] message = partial.message();
        byte[] metadata = partial.metadata();
        return partial.group().length
                + (message == null ? 0 : message.length)
                + (metadata == null ? 0 : metadata.length);
    }

    /** The number of RPCs that found no room. */
    long dropped() {
        return dropped;
    }
}
