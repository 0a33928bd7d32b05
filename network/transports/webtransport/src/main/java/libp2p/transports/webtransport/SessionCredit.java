package libp2p.transports.webtransport;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;
import libp2p.http3.Settings;
import libp2p.quic.stream.QuicStream;

/**
 * The limits of the remote for what this side sends in a session, beside those of QUIC (draft-ietf-webtrans-http3,
 * section 5). They hold where both sides have set some, and else everything is allowed. Needs the lock of the connection.
 */
final class SessionCredit {
    private static final long MAX_DATA = 0x190b4d3dL;
    private static final long MAX_STREAM_DATA = 0x190b4d3eL;
    private static final long MAX_STREAMS_BIDI = 0x190b4d3fL;
    private static final long MAX_STREAMS_UNI = 0x190b4d40L;
    private static final long STREAM_DATA_BLOCKED = 0x190b4d42L;
    private static final long MOST_STREAMS = 1L << 60;

    private boolean begun;
    private boolean bounded;
    private boolean streamsRaised;
    private long data;
    private long streams;
    private long uniStreams;
    private long used;
    private long opened;
    /** Bytes that count, of each stream on which this may change. */
    private final Map<QuicStream, Long> counted = new HashMap<>(1);
    /** Streams whose writers wait for this credit, the first one first. */
    private final Set<QuicStream> blocked = new LinkedHashSet<>(1);

    /** This side sets limits, and these are the first ones of the remote; capsules may have overtaken them. */
    void begin(Settings remote) {
        long firstData = remote.value(Settings.WT_INITIAL_MAX_DATA);
        long firstStreams = remote.value(Settings.WT_INITIAL_MAX_STREAMS_BIDI);
        long firstUniStreams = remote.value(Settings.WT_INITIAL_MAX_STREAMS_UNI);
        begun = true;
        bounded = firstData > 0 || firstStreams > 0 || firstUniStreams > 0;
        data = Math.max(data, firstData);
        streams = Math.max(streams, firstStreams);
        uniStreams = Math.max(uniStreams, firstUniStreams);
    }

    /** One of the sides sets no limits. */
    void none() {
        begun = true;
    }

    /**
     * Whether a capsule is about limits, and has one integer that {@link #capsule} wants to hear of.
     *
     * @throws Http3Exception if a session over HTTP/3 has no such capsule
     */
    boolean isHeard(long type) throws Http3Exception {
        if (type == MAX_STREAM_DATA || type == STREAM_DATA_BLOCKED) {
            throw new Http3Exception(
                    Http3Error.FLOW_CONTROL_ERROR, "a capsule about the limit of one stream, which QUIC has");
        }
        return (bounded || !begun) && (type == MAX_DATA || type == MAX_STREAMS_BIDI || type == MAX_STREAMS_UNI);
    }

    /**
     * A new limit has come.
     *
     * @throws Http3Exception if it is not above the last one, or more streams than there can be
     */
    void capsule(long type, long limit) throws Http3Exception {
        if (type == MAX_DATA) {
            data = raised(data, limit, Long.MAX_VALUE);
        } else if (type == MAX_STREAMS_BIDI) {
            streams = raised(streams, limit, MOST_STREAMS);
            streamsRaised = true;
        } else {
            uniStreams = raised(uniStreams, limit, MOST_STREAMS); // this side opens none of them
        }
    }

    private long raised(long before, long limit, long most) throws Http3Exception {
        if (!begun) { // perhaps no limits hold, and what they are does not matter
            return Math.max(before, limit);
        }
        if (limit <= before || limit > most) {
            throw new Http3Exception(
                    Http3Error.FLOW_CONTROL_ERROR, "a limit of " + limit + " for a session behind one of " + before);
        }
        return limit;
    }

    // ---- streams

    /** Whether one more stream may be opened. */
    boolean mayOpen() {
        return !bounded || opened < streams;
    }

    /** Whether more streams may be opened than when this was asked last. */
    boolean pollAllowed() {
        boolean raised = streamsRaised;
        streamsRaised = false;
        return raised;
    }

    /** This side has opened a stream. */
    void opened() {
        opened++;
    }

    // ---- data

    /** Bytes that may be written now. */
    long room() {
        return bounded ? Math.max(0, data - used) : Long.MAX_VALUE;
    }

    /**
     * Counts what was written on a stream: after a reset it may be less than before.
     *
     * @param bytes of the stream behind its header
     * @param over whether they will not change any more
     */
    void count(QuicStream stream, long bytes, boolean over) {
        if (!bounded) { // as with all browsers and go: no stream waits or is counted
            return;
        }
        if (over) {
            blocked.remove(stream);
        }
        Long before = counted.get(stream);
        if (bytes == 0 && before == null || over && before == null) {
            return;
        }
        used += bytes - (before == null ? 0 : before);
        if (over) {
            counted.remove(stream);
        } else {
            counted.put(stream, bytes);
        }
    }

    /** The writer of a stream begins to wait for credit. */
    void block(QuicStream stream) {
        blocked.add(stream);
    }

    /**
     * Wakes the first writer that waits, if there is credit; when it has written, the next one is woken by another call.
     *
     * @param wake wakes the writer of a stream, and tells whether there was one
     */
    void wake(Predicate<QuicStream> wake) {
        boolean woken = false;
        while (!woken && room() > 0 && !blocked.isEmpty()) {
            QuicStream first = blocked.iterator().next();
            blocked.remove(first);
            woken = wake.test(first);
        }
    }
}
