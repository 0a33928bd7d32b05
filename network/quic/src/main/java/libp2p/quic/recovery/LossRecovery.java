package libp2p.quic.recovery;

import java.util.ArrayList;
import java.util.List;
import libp2p.quic.wire.AckFrame;
import libp2p.quic.wire.FrameType;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which packets were lost (RFC 9002, section 6), over all spaces of a connection, and tells congestion
 * control. The caller asks for {@link #nextTimeout}, and sends probes when {@link #timeout} says so.
 */
public final class LossRecovery {
    private static final int PACKET_THRESHOLD = 3;
    private static final int PERSISTENT = 3;
    private static final int MAX_BACKOFF = 10;
    /**
     * Numbers of one space from the oldest packet that is kept to the newest, as in quic-go. A remote that acknowledges
     * keeps far below it.
     */
    public static final int MAX_TRACKED = 25_000;
    /** From so many on only acknowledgements and probes leave. */
    private static final int TRACKED_WITH_DATA = MAX_TRACKED - 1_000;

    /** A list that has held more is given up. */
    private static final int LARGEST_LIST = 1_024;

    /** Hears of losses that say something about the path. */
    public interface Observer {
        /** A packet that tried a larger size was lost. */
        void mtuProbeLost(int size);

        /** A packet that tried a larger size has arrived. */
        void mtuProbeArrived(int size);

        /** A packet counts as lost. */
        void packetLost(PacketSpace space, long number, long now);

        /** Many packets in a row were lost. */
        void persistentCongestion();
    }

    private final RttEstimator rtt = new RttEstimator();
    private final CongestionController congestion;
    private final EcnValidation ecn = new EcnValidation();
    private final @Nullable PacketSpace[] spaces;
    private final Observer observer;
    private List<SentPacket> newly = new ArrayList<>();
    private long remoteMaxAckDelay = 25_000_000;
    private boolean confirmed;
    private boolean remoteHasKeys;
    private boolean addressValidated;
    private long probeFrom = Long.MAX_VALUE;
    private int probes;

    /**
     * @param spaces Initial, Handshake, application; null when discarded
     * @param addressValidated whether the remote need not be kept going until it has validated the address: on servers
     */
    public LossRecovery(
            CongestionController congestion,
            @Nullable PacketSpace[] spaces,
            boolean addressValidated,
            Observer observer) {
        this.congestion = congestion;
        this.spaces = spaces;
        this.addressValidated = addressValidated;
        this.observer = observer;
    }

    /** Estimate of the round trip of this path. */
    public RttEstimator rtt() {
        return rtt;
    }

    /** The congestion window of this path. */
    public CongestionController congestion() {
        return congestion;
    }

    /** Whether marks of congestion (ECN) can be trusted on this path. */
    public EcnValidation ecn() {
        return ecn;
    }

    /** Number of probe timeouts in a row. */
    public int probes() {
        return probes;
    }

    /** The remote has told how long its acknowledgements may wait. */
    public void remoteMaxAckDelay(long nanos) {
        remoteMaxAckDelay = nanos;
    }

    /**
     * The remote can read 1-RTT packets, so that probes of them make sense. This is known before the handshake is
     * confirmed if all of it is acknowledged, and matters when the address of a client changes in between: its
     * Handshake packets are nothing to the server any more, and packets that confirm the handshake go to the old
     * address.
     */
    public void remoteHasKeys() {
        remoteHasKeys = true;
    }

    /** The handshake is confirmed. */
    public void confirmed() {
        confirmed = true;
        remoteHasKeys = true;
        addressValidated = true;
    }

    /** The remote has shown that it takes this side's address for valid. */
    public void addressValidated() {
        addressValidated = true;
    }

    /** The probe timeout of 1-RTT packets, with the remote's delay. */
    public long probeTimeout() {
        return rtt.probeTimeout() + remoteMaxAckDelay;
    }

    /** Whether so many packets are unacknowledged that nothing may leave but acknowledgements and probes. */
    public boolean tracksMany() {
        for (PacketSpace space : spaces) {
            if (space != null && space.sent.places() >= TRACKED_WITH_DATA) {
                return true;
            }
        }
        return false;
    }

    /** Whether a space has more unacknowledged packets than are kept: the connection has to end. */
    public boolean tracksTooMany(PacketSpace space) {
        return space.sent.places() > MAX_TRACKED;
    }

    /** Memory of the packets that are kept until they are acknowledged or lost, about, in bytes. */
    public long trackedBytes() {
        long bytes = 0;
        for (PacketSpace space : spaces) {
            bytes += space == null ? 0 : space.sent.bytes();
        }
        return bytes;
    }

    /** Whether a packet of any space is in flight that asks for an acknowledgement. */
    public boolean isAwaited() {
        for (PacketSpace space : spaces) {
            if (space != null && space.isAwaited()) {
                return true;
            }
        }
        return false;
    }

    /** A packet leaves that was just added to what was sent in its space. */
    public void sent(PacketSpace space, SentPacket packet) {
        space.left(packet);
        if (packet.ackEliciting) {
            space.lastAckEliciting = packet.time;
            space.ackElicitingInFlight++;
        }
        if (packet.inFlight) {
            congestion.sent(packet.size, space.isApplication() ? packet.number : -1);
        }
        if (packet.ecnMarked) {
            ecn.sent();
        }
    }

    /**
     * An ACK frame has come.
     *
     * @param delayNanos what the remote says that it waited
     * @return whether it acknowledged a packet that was not acknowledged before, one that is forgotten included
     * @throws TransportException PROTOCOL_VIOLATION if it acknowledges what was never sent
     */
    public boolean acknowledged(PacketSpace space, AckFrame ack, long delayNanos, long now) throws TransportException {
        long skipped = space.sent.skipped();
        if (ack.largest() >= space.sent.next()) {
            throw invented(ack.largest());
        }
        newly.clear();
        int marked = 0;
        for (int range = 0; range < ack.ranges(); range++) {
            long from = Math.max(ack.smallest(range), space.sent.lowest());
            if (skipped >= ack.smallest(range) && skipped <= ack.largest(range)) {
                throw invented(skipped);
            }
            for (long number = ack.largest(range); number >= from; number--) {
                SentPacket packet = space.sent.remove(number);
                if (packet != null) {
                    newly.add(packet);
                    marked += packet.ecnMarked ? 1 : 0;
                }
            }
            if (ack.smallest(range) <= space.sent.lowest()) {
                break;
            }
        }
        boolean latest = ack.largest() > space.largestAcknowledged;
        if (newly.isEmpty() && !latest) {
            return false;
        }
        space.sent.settle();
        boolean sampled = sampleRoundTrip(ack, delayNanos, now);
        space.largestAcknowledged = Math.max(space.largestAcknowledged, ack.largest());
        boolean congested = ecn.acknowledged(ack, space, marked, latest);
        if (congested && !newly.isEmpty()) {
            congestion.congested(newly.getFirst().time, now);
        }
        detect(space, now);
        account(space, sampled, now); // after the losses, so that the window does not grow in the round trip of one
        if (addressValidated) {
            probes = 0;
        }
        for (int i = 0; i < newly.size(); i++) {
            space.sent.recycle(newly.get(i));
        }
        if (newly.size() > LARGEST_LIST) {
            newly = new ArrayList<>();
        }
        newly.clear();
        return true;
    }

    private static TransportException invented(long number) {
        return new TransportException(
                TransportError.PROTOCOL_VIOLATION, FrameType.ACK, "packet " + number + " was never sent");
    }

    private boolean sampleRoundTrip(AckFrame ack, long delayNanos, long now) {
        if (newly.isEmpty()) {
            return false;
        }
        SentPacket largest = newly.getFirst();
        boolean eliciting = false;
        for (int i = 0; i < newly.size() && !eliciting; i++) {
            eliciting = newly.get(i).ackEliciting;
        }
        if (largest.number == ack.largest() && eliciting) {
            long delay = confirmed ? Math.min(delayNanos, remoteMaxAckDelay) : delayNanos;
            rtt.sample(now - largest.time, delay, now);
            return true;
        }
        return false;
    }

    private void account(PacketSpace space, boolean sampled, long now) {
        if (newly.isEmpty()) {
            return;
        }
        long bytes = 0;
        long newer = 0;
        for (int i = newly.size() - 1; i >= 0; i--) { // the oldest first: what streams keep begins with it
            SentPacket packet = newly.get(i);
            if (packet.ackEliciting) {
                space.ackElicitingInFlight--;
            }
            if (packet.inFlight) {
                bytes += packet.size;
                newer += congestion.isInRecovery(packet.time) ? 0 : packet.size;
            }
            if (packet.acknowledges >= 0) {
                space.acknowledgementArrived(packet.acknowledges);
            }
            if (packet.mtuProbe) {
                observer.mtuProbeArrived(packet.size);
            }
            packet.acknowledged();
        }
        long largest = space.isApplication() ? newly.getFirst().number : -1;
        congestion.acknowledged(bytes, newer, largest, sampled, rtt, now);
    }

    /** Section 6.1, and section 7.6 for what is lost in a row. */
    private void detect(PacketSpace space, long now) {
        space.lossTime = Long.MAX_VALUE;
        long delay = rtt.lossDelay();
        long lostBefore = now - delay;
        long duration = PERSISTENT * probeTimeout();
        SentPacket last = null;
        SentPacket first = null;
        boolean persistent = false;
        int arrived = newly.size() - 1; // the newest of them that is older than what was lost so far
        for (long number = space.sent.lowest(); number < space.largestAcknowledged; number++) {
            SentPacket packet = space.sent.get(number);
            if (packet == null) {
                continue;
            }
            if (packet.time <= lostBefore || number <= space.largestAcknowledged - PACKET_THRESHOLD) {
                space.sent.remove(number);
                lose(space, packet);
                observer.packetLost(space, number, now);
                if (packet.ackEliciting && !packet.mtuProbe) {
                    last = packet;
                    boolean interrupted = false;
                    while (arrived >= 0 && newly.get(arrived).number < number) {
                        interrupted = true;
                        arrived--;
                    }
                    if (interrupted || first == null) {
                        first = rtt.isMeasuredBefore(packet.time) ? packet : null;
                    }
                    persistent |= first != null && packet.time - first.time > duration;
                }
            } else {
                space.lossTime = Math.min(space.lossTime, packet.time + delay);
            }
        }
        space.sent.settle();
        if (last != null) {
            congestion.congested(last.time, now);
            if (persistent) {
                congestion.persistent();
                observer.persistentCongestion();
            }
        }
    }

    private void lose(PacketSpace space, SentPacket packet) {
        if (packet.ackEliciting) {
            space.ackElicitingInFlight--;
        }
        if (packet.inFlight) {
            congestion.discarded(packet.size);
        }
        if (packet.ecnMarked) {
            ecn.lost();
        }
        if (packet.mtuProbe) {
            observer.mtuProbeLost(packet.size);
        }
        packet.lost();
    }

    /** When {@link #timeout} is to be called, or {@code Long.MAX_VALUE} (section 6.2 and appendix A.8). */
    public long nextTimeout(boolean mayNotSend) {
        long lossTime = Long.MAX_VALUE;
        for (PacketSpace space : spaces) {
            if (space != null) {
                lossTime = Math.min(lossTime, space.lossTime);
            }
        }
        if (lossTime != Long.MAX_VALUE || mayNotSend) {
            return lossTime;
        }
        int probed = probedFirst();
        if (probed >= 0) {
            return probeTime(probed);
        }
        boolean keepsRemoteGoing = !addressValidated && probeFrom != Long.MAX_VALUE;
        return keepsRemoteGoing ? probeFrom + rtt.probeTimeout() * backoff() : Long.MAX_VALUE;
    }

    /** The space whose probe timeout is the next, or -1 if none waits for an acknowledgement. */
    private int probedFirst() {
        int first = -1;
        long earliest = Long.MAX_VALUE;
        for (int i = 0; i < spaces.length; i++) {
            long time = probeTime(i);
            if (time < earliest) {
                earliest = time;
                first = i;
            }
        }
        return first;
    }

    /** When the probe timeout of a space is over (section 6.2.1), or {@code Long.MAX_VALUE} if it has none. */
    private long probeTime(int index) {
        PacketSpace space = spaces[index];
        boolean application = index == spaces.length - 1;
        if (space == null || space.ackElicitingInFlight <= 0 || (application && !remoteHasKeys)) {
            return Long.MAX_VALUE;
        }
        long timeout = application ? probeTimeout() : rtt.probeTimeout();
        return space.lastAckEliciting + timeout * backoff();
    }

    private long backoff() {
        return 1L << Math.min(probes, MAX_BACKOFF);
    }

    /**
     * The client has sent or received something, from which its probes are counted when nothing is in flight. A client
     * whose first message is not made yet has nothing to probe for.
     */
    public void active(long now) {
        probeFrom = now;
    }

    /**
     * The time has come.
     *
     * @return the space in which probes are to be sent, or -1 if packets were lost instead
     */
    public int timeout(boolean hasHandshakeKeys, long now) {
        for (PacketSpace space : spaces) {
            if (space != null && space.lossTime <= now) {
                newly.clear();
                detect(space, now);
                return -1;
            }
        }
        int chosen = probedFirst();
        probes++;
        if (chosen < 0) {
            probeFrom = now;
            chosen = hasHandshakeKeys ? 1 : 0;
        }
        if (probes > 2) {
            ecn.blackHole();
        }
        return chosen;
    }

    /**
     * Probes send the frames of a space's oldest packets again, as if those were lost; the packets stay in flight.
     * Packets that only asked for an acknowledgement are passed over (section 6.2.4).
     */
    public void repeatOldest(PacketSpace space, int packets) {
        int left = packets;
        for (long number = space.sent.lowest(); number < space.sent.next() && left > 0; number++) {
            SentPacket packet = space.sent.get(number);
            if (packet != null && packet.carriesFrames() && !packet.mtuProbe) {
                packet.lost();
                left--;
            }
        }
    }

    /** The keys of a space are gone: nothing of it counts any more (section 6.4). */
    public void discard(int index) {
        PacketSpace space = spaces[index];
        if (space == null) {
            return;
        }
        for (long number = space.sent.lowest(); number < space.sent.next(); number++) {
            SentPacket packet = space.sent.get(number);
            if (packet != null && packet.inFlight) {
                congestion.discarded(packet.size);
            }
        }
        spaces[index] = null;
        probes = 0;
    }

    /** After a Retry nothing that was sent before will be acknowledged (RFC 9002, section 6.3). */
    public void loseEverything(PacketSpace space) {
        for (long number = space.sent.lowest(); number < space.sent.next(); number++) {
            SentPacket packet = space.sent.remove(number);
            if (packet != null) {
                lose(space, packet);
            }
        }
        space.sent.settle();
        probes = 0;
    }

    /** The end of a connection whose remote peer acknowledges nothing. */
    public static TransportException unacknowledged() {
        return new TransportException(
                TransportError.INTERNAL_ERROR,
                "the remote peer has acknowledged none of the last " + MAX_TRACKED + " packets");
    }
}
