package libp2p.quic.recovery;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeMap;

/**
 * Loss detection as appendix A of RFC 9002 tells it, with sorted maps and nothing that is fast. Nanoseconds and bytes;
 * divisions round down. Spaces are 0 for Initial, 1 for Handshake and 2 for 1-RTT.
 */
final class RecoveryModel {
    static final int SPACES = 3;
    static final int APPLICATION = 2;
    private static final long GRANULARITY = 1_000_000;
    private static final long NEVER = Long.MAX_VALUE;

    /** One packet; order counts the packets of all spaces. */
    record Sent(int space, long number, long time, int size, boolean eliciting, boolean probe, boolean marked) {}

    final List<TreeMap<Long, Sent>> sent = new ArrayList<>();
    private final List<TreeMap<Long, Sent>> acknowledged = new ArrayList<>();
    private final boolean[] dropped = new boolean[SPACES];
    final long[] largest = {-1, -1, -1};
    private final long[] lastEliciting = new long[SPACES];
    private final long[] lossTime = {NEVER, NEVER, NEVER};
    final WindowModel window;

    private boolean sampled;
    private long firstSample;
    long latest;
    long smoothed = 333_000_000;
    long variance = 333_000_000 / 2;
    long minimum;

    long maxAckDelay = 25_000_000;
    boolean confirmed;
    boolean remoteReadsApplication;
    boolean remoteValidated;
    long active;
    int probes;

    final List<Sent> lost = new ArrayList<>();
    boolean persistent;

    RecoveryModel(WindowModel window, boolean server) {
        this.window = window;
        remoteValidated = server;
        for (int i = 0; i < SPACES; i++) {
            sent.add(new TreeMap<>());
            acknowledged.add(new TreeMap<>());
        }
    }

    /** OnPacketSent. */
    void send(Sent packet) {
        sent.get(packet.space).put(packet.number, packet);
        if (packet.eliciting) {
            lastEliciting[packet.space] = packet.time;
        }
        window.inFlight += packet.size;
        if (packet.space == APPLICATION) {
            window.sent(packet.number);
        }
    }

    /** OnAckReceived; returns whether anything was new. */
    boolean acknowledge(int space, NavigableSet<Long> numbers, long delay, boolean congestionMarks, long now) {
        lost.clear();
        persistent = false;
        List<Sent> news = new ArrayList<>();
        for (long number : numbers) {
            Sent packet = sent.get(space).remove(number);
            if (packet != null) {
                news.add(packet);
                acknowledged.get(space).put(number, packet);
            }
        }
        if (news.isEmpty()) {
            return false;
        }
        largest[space] = Math.max(largest[space], numbers.last());
        Sent top = news.getLast();
        boolean sample = top.number == numbers.last() && news.stream().anyMatch(Sent::eliciting);
        if (sample) {
            updateRtt(now - top.time, delay, now);
        }
        if (congestionMarks) {
            window.congestion(top.time, now);
        }
        detect(space, now);
        long bytes = 0;
        long newer = 0;
        for (Sent packet : news) {
            bytes += packet.size;
            newer += packet.time > window.recoveryStart ? packet.size : 0;
        }
        window.acknowledged(bytes, newer, space == APPLICATION ? top.number : -1, sample ? latest : -1, minimum, now);
        if (remoteValidated) {
            probes = 0;
        }
        return true;
    }

    private void updateRtt(long roundTrip, long told, long now) {
        latest = Math.max(1, roundTrip);
        if (!sampled) {
            sampled = true;
            firstSample = now;
            minimum = latest;
            smoothed = latest;
            variance = latest / 2;
            return;
        }
        minimum = Math.min(minimum, latest);
        long delay = confirmed ? Math.min(told, maxAckDelay) : told;
        long adjusted = latest;
        if (latest >= minimum + delay) {
            adjusted = latest - delay;
        }
        variance = (3 * variance + Math.abs(smoothed - adjusted)) / 4;
        smoothed = (7 * smoothed + adjusted) / 8;
    }

    /** DetectAndRemoveLostPackets, then OnPacketsLost. */
    private void detect(int space, long now) {
        lossTime[space] = NEVER;
        long delay = Math.max(GRANULARITY, 9 * Math.max(latest, smoothed) / 8);
        List<Sent> gone = new ArrayList<>();
        for (Sent packet : sent.get(space).values()) {
            if (packet.number > largest[space]) {
                continue;
            }
            if (packet.time <= now - delay || largest[space] >= packet.number + 3) {
                gone.add(packet);
            } else {
                lossTime[space] = Math.min(lossTime[space], packet.time + delay);
            }
        }
        for (Sent packet : gone) {
            sent.get(space).remove(packet.number);
            window.inFlight -= packet.size;
        }
        lost.addAll(gone);
        List<Sent> telling = gone.stream()
                .filter(packet -> packet.eliciting && !packet.probe)
                .toList();
        if (telling.isEmpty()) {
            return;
        }
        window.congestion(telling.getLast().time, now);
        if (sampled && isPersistent(space, telling)) {
            persistent = true;
            window.persistent();
        }
    }

    /** Section 7.6.2: two lost ones far enough apart, with none acknowledged that was sent between them. */
    private boolean isPersistent(int space, List<Sent> telling) {
        long duration = 3 * (smoothed + Math.max(4 * variance, GRANULARITY) + maxAckDelay);
        for (Sent first : telling) {
            if (first.time <= firstSample) {
                continue;
            }
            for (Sent last : telling) {
                if (last.time - first.time > duration
                        && acknowledged
                                .get(space)
                                .subMap(first.number, last.number)
                                .isEmpty()) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isAwaited(int space) {
        for (Sent packet : sent.get(space).descendingMap().values()) {
            if (packet.eliciting) {
                return !dropped[space];
            }
        }
        return false;
    }

    private long probeTime(int space) {
        if (!isAwaited(space) || space == APPLICATION && !remoteReadsApplication) {
            return NEVER;
        }
        long period = smoothed + Math.max(4 * variance, GRANULARITY) + (space == APPLICATION ? maxAckDelay : 0);
        return lastEliciting[space] + (period << Math.min(probes, 10));
    }

    private int earliestLoss() {
        int earliest = 0;
        for (int space = 1; space < SPACES; space++) {
            earliest = lossTime[space] < lossTime[earliest] ? space : earliest;
        }
        return earliest;
    }

    /** SetLossDetectionTimer. */
    long timer() {
        long loss = lossTime[earliestLoss()];
        if (loss != NEVER) {
            return loss;
        }
        long earliest = NEVER;
        for (int space = 0; space < SPACES; space++) {
            earliest = Math.min(earliest, probeTime(space));
        }
        if (earliest == NEVER && !remoteValidated) {
            return active + (smoothed + Math.max(4 * variance, GRANULARITY) << Math.min(probes, 10));
        }
        return earliest;
    }

    /** OnLossDetectionTimeout; returns the space of the probes, or -1 after losses. */
    int timeout(boolean handshakeKeys, long now) {
        lost.clear();
        persistent = false;
        int late = earliestLoss();
        if (lossTime[late] != NEVER) {
            detect(late, now);
            return -1;
        }
        int chosen = -1;
        for (int space = 0; space < SPACES; space++) {
            long time = probeTime(space);
            if (time != NEVER && (chosen < 0 || time < probeTime(chosen))) {
                chosen = space;
            }
        }
        probes++;
        if (chosen < 0) {
            active = now;
            return handshakeKeys ? 1 : 0;
        }
        return chosen;
    }

    /** The keys of a space are gone. */
    void drop(int space) {
        sent.get(space).values().forEach(packet -> window.inFlight -= packet.size);
        sent.get(space).clear();
        dropped[space] = true;
        lossTime[space] = NEVER;
        probes = 0;
    }
}
