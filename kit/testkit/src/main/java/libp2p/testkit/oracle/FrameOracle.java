package libp2p.testkit.oracle;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.connection.Tracer;
import libp2p.quic.recovery.LossRecovery;
import libp2p.quic.wire.TransportParameterId;
import libp2p.quic.wire.TransportParameters;
import org.jspecify.annotations.Nullable;

/**
 * Judges one connection of QUIC behind its encryption: a control frame in a packet that was lost is sent again, or a
 * newer one in its place; and credit comes back, for the bytes and the places of streams that the remote has reset or was
 * asked to stop.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9000#section-13.3">RFC 9000, section 13.3</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9000#section-4">RFC 9000, section 4</a>
 */
final class FrameOracle implements Tracer, QuicFrames.Reader {
    private static final int ONE_RTT = 2;
    private static final long SOON = TimeUnit.SECONDS.toNanos(30);

    /** The subject of a frame: its type, and a stream, a sequence number or nothing. */
    private record Subject(long type, long id) {}

    /** Subject and value of a frame; of frames about one subject a greater value counts as the same. */
    private record Control(Subject subject, long value) {}

    private record Owed(Control control, long packet, long since) {}

    private static final class Incoming {
        long finalSize = -1;
        boolean reset;
        boolean stopped;
        boolean sentEnd;
    }

    private final String who;
    private final Consumer<String> faults;
    /** The control frames of packets that are neither acknowledged nor lost. */
    private final TreeMap<Long, Set<Control>> packets = new TreeMap<>();

    private final Map<Subject, Long> lastPacket = new HashMap<>();
    /** The greatest value of each subject that the remote has acknowledged, in whichever packet. */
    private final Map<Subject, Long> delivered = new HashMap<>();

    private final Map<Control, Owed> owed = new LinkedHashMap<>();
    private final Map<Long, Incoming> streams = new HashMap<>();
    private final Set<Long> over = new HashSet<>();
    private @Nullable TransportParameters local;
    private final boolean client;
    private long maxData;
    private long maxStreams;
    private long latest;
    private long lastSent;
    private long lastArrival;
    private boolean ended;

    /** The packet whose frames are read, and whether it was sent. */
    private long packet;

    private boolean sending;

    FrameOracle(String who, boolean client, Consumer<String> faults) {
        this.who = who;
        this.faults = faults;
        this.client = client;
    }

    @Override
    public void secret(String label, byte[] clientRandom, byte[] secret) {}

    @Override
    public void parameters(boolean isLocal, TransportParameters parameters, long now) {
        if (isLocal) {
            local = parameters;
            maxData = parameters.number(TransportParameterId.INITIAL_MAX_DATA);
            maxStreams = parameters.number(TransportParameterId.INITIAL_MAX_STREAMS_BIDI);
        }
    }

    @Override
    public void sent(int level, long number, int size, byte[] bytes, int from, int length, long now) {
        if (level == ONE_RTT && !ended) {
            latest = now;
            lastSent = now;
            packet = number;
            sending = true;
            QuicFrames.read(bytes, from, length, this);
        }
    }

    @Override
    public void received(int level, long number, byte[] bytes, int from, int length, long now) {
        if (level == ONE_RTT && !ended) {
            latest = now;
            lastArrival = now;
            sending = false;
            QuicFrames.read(bytes, from, length, this);
        }
    }

    @Override
    public void lost(int level, long number, long now) {
        Set<Control> controls = level == ONE_RTT ? packets.remove(number) : null;
        if (controls == null || ended) {
            return;
        }
        for (Control control : controls) {
            boolean isLast = lastPacket.getOrDefault(control.subject, -1L) <= number;
            if (isLast && delivered.getOrDefault(control.subject, -1L) < control.value) {
                owed.put(control, new Owed(control, number, now));
            }
        }
    }

    @Override
    public void recovery(LossRecovery recovery, long now) {}

    @Override
    public void closed(CloseCause why, long now) {
        finish(now);
    }

    @Override
    public void over() {
        finish(latest);
    }

    /** The scenario is over. */
    void end(long now) {
        finish(Math.max(now, latest));
    }

    private void finish(long now) {
        if (ended) {
            return;
        }
        ended = true;
        for (Owed each : owed.values()) {
            if (lastSent - each.since > SOON) {
                faults.accept(
                        who + ": frame " + each.control + " of packet " + each.packet + " was lost and not sent again");
            }
        }
        if (lastSent - lastArrival > SOON) {
            return; // the way to the remote is cut, and what it lacks may wait
        }
        judgeCredit(now);
    }

    private void judgeCredit(long now) {
        TransportParameters parameters = local;
        if (parameters == null || now - lastArrival < TimeUnit.SECONDS.toNanos(1)) {
            return;
        }
        long returned = 0;
        for (Incoming stream : streams.values()) {
            if (stream.finalSize >= 0 && (stream.reset || stream.stopped)) {
                returned += stream.finalSize;
            }
        }
        if (maxData - returned < parameters.number(TransportParameterId.INITIAL_MAX_DATA) / 2) {
            faults.accept(
                    who + ": MAX_DATA is " + maxData + " after " + returned + " bytes of streams that were reset");
        }
        if (maxStreams - over.size() < parameters.number(TransportParameterId.INITIAL_MAX_STREAMS_BIDI) / 2) {
            faults.accept(
                    who + ": MAX_STREAMS is " + maxStreams + " after " + over.size() + " streams that have ended");
        }
    }

    // ---- frames

    private void control(long type, long id, long value) {
        Control control = new Control(new Subject(type, id), value);
        packets.computeIfAbsent(packet, key -> new HashSet<>()).add(control);
        lastPacket.put(control.subject, packet);
        owed.keySet().removeIf(each -> each.subject.equals(control.subject) && each.value <= value);
    }

    private boolean isIncoming(long stream) {
        return (stream & 1) == (client ? 1 : 0);
    }

    private Incoming stream(long id) {
        return streams.computeIfAbsent(id, key -> new Incoming());
    }

    private void settle(long id, Incoming stream) {
        if (isIncoming(id)
                && (id & 2) == 0
                && stream.sentEnd
                && stream.finalSize >= 0
                && (stream.reset || stream.stopped)) {
            over.add(id);
        }
    }

    @Override
    public void acknowledged(long from, long to) {
        if (sending) {
            return;
        }
        Map<Long, Set<Control>> arrived = packets.subMap(from, true, to, true);
        arrived.values().forEach(controls -> controls.forEach(this::delivered));
        arrived.clear();
        owed.values().removeIf(each -> each.packet >= from && each.packet <= to);
    }

    private void delivered(Control control) {
        delivered.merge(control.subject, control.value, Math::max);
        owed.keySet().removeIf(each -> each.subject.equals(control.subject) && each.value <= control.value);
    }

    @Override
    public void stream(long id, long offset, long length, boolean last) {
        Incoming stream = stream(id);
        if (sending) {
            stream.sentEnd |= last;
        } else {
            if (last) {
                finalSize(id, stream, offset + length);
            }
        }
        settle(id, stream);
    }

    private void finalSize(long id, Incoming stream, long size) {
        stream.finalSize = size;
        obsolete(QuicFrames.MAX_STREAM_DATA, id);
        obsolete(QuicFrames.STOP_SENDING, id);
    }

    private void obsolete(long type, long id) {
        owed.keySet().removeIf(each -> each.subject.type == type && each.subject.id == id);
        packets.values().forEach(set -> set.removeIf(each -> each.subject.type == type && each.subject.id == id));
    }

    @Override
    public void reset(long type, long id, long finalSize) {
        Incoming stream = stream(id);
        if (sending) {
            control(QuicFrames.RESET_STREAM, id, 0);
            stream.sentEnd = true;
        } else {
            stream.reset = true;
            finalSize(id, stream, finalSize);
        }
        settle(id, stream);
    }

    @Override
    public void stopSending(long id) {
        if (sending) {
            control(QuicFrames.STOP_SENDING, id, 0);
            obsolete(QuicFrames.MAX_STREAM_DATA, id);
            Incoming stream = stream(id);
            stream.stopped = true;
            settle(id, stream);
        }
    }

    @Override
    public void credit(long type, long id, long value) {
        if (!sending) {
            return;
        }
        Incoming stream = streams.get(id);
        if (type == QuicFrames.MAX_STREAM_DATA && stream != null && (stream.finalSize >= 0 || stream.stopped)) {
            return;
        }
        control(type, id, value);
        if (type == QuicFrames.MAX_DATA) {
            maxData = Math.max(maxData, value);
        } else if (type == QuicFrames.MAX_STREAMS_BIDI) {
            maxStreams = Math.max(maxStreams, value);
        }
    }

    @Override
    public void other(long type, long id) {
        if (sending) {
            control(type, id, 0);
        }
    }
}
