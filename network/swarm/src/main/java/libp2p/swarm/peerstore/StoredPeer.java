package libp2p.swarm.peerstore;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import libp2p.core.environment.Environment;
import libp2p.core.peer.Peerstore;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it was on the disk, of which only the summary at its beginning has been read: enough to keep the bounds.
 * A start with many peers reads no more of most of them.
 *
 * @param encoded the entry
 * @param read when it was read
 * @param expires when nothing of it is left, by the monotonic clock; {@code Long.MAX_VALUE} for never
 * @param pinned whether an address lives for ever
 * @param reached whether this host has ever reached the peer
 * @param record whether it has a signed record
 */
record StoredPeer(byte[] encoded, Moment read, long expires, boolean pinned, boolean reached, boolean record) {
    /** The field of an entry that holds the summary, the first one. */
    static final int SUMMARY = 7;

    private static final int EXPIRES = 1;
    private static final int CONNECTED = 2;
    private static final int PINNED = 3;
    private static final int RECORD = 4;
    private static final int REACHED = 6;

    private static final int ENTRY_BYTES = 4 << 20;
    private static final int SUMMARY_FIELDS = 64;

    /** A moment by both clocks. */
    record Moment(long nanos, Instant wallClock) {
        static Moment now(Environment environment) {
            return new Moment(environment.nanoTime(), environment.wallClock());
        }

        /** The moment of the monotonic clock that is, or was, at so many milliseconds of the wall clock. */
        long nanosAt(long wallMillis) {
            long millis = Math.clamp(
                    wallMillis - wallClock.toEpochMilli(),
                    0,
                    Duration.ofDays(3650).toMillis());
            return nanos + Duration.ofMillis(millis).toNanos();
        }
    }

    /** Writes the summary of an entry. */
    static void summarize(
            ProtobufWriter out, PeerEntry entry, Iterable<AddressSet.Saved> addresses, long now, Instant wallClock) {
        long expires = 0;
        boolean connected = false;
        boolean pinned = false;
        for (AddressSet.Saved each : addresses) {
            if (each.nanos() != Long.MAX_VALUE) {
                expires = Math.max(expires, wallClock.plusNanos(each.nanos()).toEpochMilli());
            } else if (each.source() == Peerstore.Source.USER) {
                pinned = true;
            } else {
                connected = true;
            }
        }
        long claims = entry.claimsUntil();
        if (claims == Long.MAX_VALUE) {
            connected = true;
        } else if (claims > now) {
            expires = Math.max(expires, wallClock.plusNanos(claims - now).toEpochMilli());
        }
        out.uint64(EXPIRES, expires)
                .bool(CONNECTED, connected)
                .bool(PINNED, pinned)
                .bool(RECORD, entry.record() != null)
                .bool(REACHED, entry.addresses.isReached());
    }

    /** Reads the summary; null if the entry does not begin with one. */
    static @Nullable StoredPeer of(byte[] encoded, Moment now) throws IOException {
        ProtobufReader entry = ProtobufReader.of("stored peer", encoded, ENTRY_BYTES, SUMMARY_FIELDS);
        if (!entry.next() || entry.field() != SUMMARY) {
            return null;
        }
        ProtobufReader in = entry.message("summary of a stored peer");
        long expires = now.nanos();
        boolean pinned = false;
        boolean record = false;
        boolean reached = false;
        while (in.next()) {
            switch (in.field()) {
                case EXPIRES -> expires = Math.max(expires, now.nanosAt(in.uint64()));
                case CONNECTED -> {
                    if (in.bool()) {
                        expires = Math.max(expires, now.nanos() + Peerstore.RECENTLY_CONNECTED.toNanos());
                    }
                }
                case PINNED -> pinned = in.bool();
                case RECORD -> record = in.bool();
                case REACHED -> reached = in.bool();
                default -> in.skip();
            }
        }
        return new StoredPeer(encoded, now, pinned ? Long.MAX_VALUE : expires, pinned, reached, record);
    }

    boolean isOver(long now) {
        return expires != Long.MAX_VALUE && expires <= now;
    }
}
