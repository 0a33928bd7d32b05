package libp2p.quic.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeSet;
import libp2p.quic.recovery.RecoveryModel.Sent;
import libp2p.quic.wire.AckFrame;
import libp2p.quic.wire.Acknowledgements;
import libp2p.quic.wire.TransportException;

/**
 * One sender on a path that the seed makes good or bad, whose every step is taken by the engine's recovery and by the
 * {@link RecoveryModel}; after each the two must agree. The receiver is not the engine's either.
 */
final class ModelRun implements LossRecovery.Observer {
    private static final int SEGMENT = 1_452;
    private static final long MILLISECOND = 1_000_000;
    private static final int STEPS = 1_500;

    private record Event(long time, long order, Runnable action) {}

    /** The packets of one space that the receiver has. */
    private static final class Receiver {
        final NavigableSet<Long> numbers = new TreeSet<>();
        boolean planned;
        long largestTime;
        long ect0;
        long ce;
    }

    private final SplittableRandom random;
    private final boolean server;
    private final PacketSpace[] spaces = {
        new PacketSpace(false, 0), new PacketSpace(false, 0), new PacketSpace(true, 25 * MILLISECOND)
    };
    private final LossRecovery recovery;
    private final RecoveryModel model;
    private final Receiver[] receivers = {new Receiver(), new Receiver(), new Receiver()};
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::order));

    // the path
    private final long delay;
    private final long jitter;
    /** Whether all is well, and more is sent than the path carries: what slow start is for. */
    private final boolean bulk;

    private final double loss;
    private final double ackLoss;
    private final double marking;
    private final long bytesPerSecond;
    private long free;
    private long blackFrom = Long.MAX_VALUE;
    private long blackTo;

    private long now = 5_000_000_000L;
    private long order;
    private long timer = Long.MAX_VALUE;
    private boolean handshakeKeys;
    private boolean busy;
    private long appetite;

    private final List<Long> lost = new ArrayList<>();
    private boolean persistent;
    final int[] seen = new int[Kind.values().length];

    /** The kinds of events in a run, so that a test can see that the seeds meet all of them. */
    enum Kind {
        SENT,
        LOST,
        PROBE,
        TIMED_LOSS,
        PERSISTENT,
        MARKED,
        PROBE_OF_SIZE,
        AVOIDANCE,
        CONSERVATIVE_EXIT
    }

    private ModelRun(long seed) {
        random = new SplittableRandom(seed);
        server = random.nextBoolean();
        bulk = random.nextInt(5) == 0;
        delay = MILLISECOND * (bulk ? random.nextInt(5, 30) : random.nextInt(1, 150));
        jitter = bulk || random.nextInt(3) > 0 ? 0 : 1 + random.nextLong(delay);
        loss = bulk || random.nextInt(3) == 0 ? 0 : random.nextDouble(0.15);
        ackLoss = random.nextInt(3) > 0 ? 0 : random.nextDouble(0.3);
        marking = random.nextInt(4) > 0 ? 0 : random.nextDouble(0.02);
        bytesPerSecond = bulk ? random.nextLong(1_000_000, 4_000_000) : random.nextLong(200_000, 20_000_000);
        int packets = bulk || random.nextBoolean() ? 10 : 32;
        recovery = new LossRecovery(new CongestionController(SEGMENT, packets), spaces, server, this);
        model = new RecoveryModel(new WindowModel(SEGMENT, packets), server);
        model.active = now;
        recovery.active(now);
        if (random.nextInt(6) == 0) {
            blackFrom = now;
            blackTo = now + MILLISECOND * random.nextInt(1_000, 10_000);
        }
    }

    /** Runs one seed; fails where engine and model part. */
    static int[] of(long seed) {
        ModelRun run = new ModelRun(seed);
        try {
            run.go();
        } catch (TransportException failure) {
            throw new AssertionError(failure);
        }
        return run.seen;
    }

    private void go() throws TransportException {
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            send(0, random.nextInt(1, SEGMENT + 1), true, false);
        }
        for (int step = 0; step < (bulk ? 2 * STEPS : STEPS); step++) {
            check(step);
            Event event = events.peek();
            if (event == null && timer == Long.MAX_VALUE) {
                break;
            }
            if (event == null || timer <= event.time) {
                now = Math.max(now, timer);
                ring();
            } else {
                events.poll();
                now = event.time;
                event.action.run();
            }
        }
        inventions();
    }

    private void at(long time, Runnable action) {
        events.add(new Event(time, order++, action));
    }

    // ---- the sender

    private void send(int space, int size, boolean eliciting, boolean probe) {
        if (space == RecoveryModel.APPLICATION && random.nextInt(300) == 0) {
            spaces[space].sent.skip();
        }
        boolean marked = recovery.ecn().marks() && marking > 0;
        SentPacket packet = spaces[space].sent.add(now, size, eliciting, true);
        if (probe) {
            packet.mtuProbe();
        }
        if (marked) {
            packet.ecnMarked();
        }
        Sent same = new Sent(space, packet.number, now, size, eliciting, probe, marked);
        recovery.sent(spaces[space], packet);
        model.send(same);
        recovery.active(now);
        model.active = now;
        count(Kind.SENT);
        travel(same);
    }

    private void travel(Sent packet) {
        long start = Math.max(now, free);
        free = start + packet.size() * 1_000_000_000L / bytesPerSecond;
        boolean dropped = random.nextDouble() < loss
                || now >= blackFrom && now < blackTo
                || free - now > (bulk ? 1_000 : 200) * MILLISECOND
                || packet.probe() && random.nextBoolean();
        if (dropped) {
            return;
        }
        long arrival = free + delay + (jitter == 0 ? 0 : random.nextLong(jitter));
        boolean met = packet.marked() && random.nextDouble() < marking;
        at(arrival, () -> arrived(packet, met));
    }

    /** As much as the window admits, when the application has something to send. */
    private void fill() {
        if (!handshakeKeys || !busy) {
            return;
        }
        for (int burst = 0; burst < 40 && appetite > 0; burst++) {
            int size = random.nextInt(4) > 0 ? SEGMENT : random.nextInt(40, SEGMENT);
            if (recovery.congestion().room() < size) {
                return;
            }
            appetite -= size;
            boolean probe = random.nextInt(200) == 0;
            if (probe) {
                count(Kind.PROBE_OF_SIZE);
            }
            send(RecoveryModel.APPLICATION, size, probe || random.nextInt(50) > 0, probe);
        }
    }

    private void hunger() {
        busy = true;
        appetite = bulk ? 100_000_000 : random.nextInt(3) == 0 ? 3_000_000 : random.nextLong(200_000);
        fill();
        at(now + MILLISECOND * random.nextInt(1, 4_000), this::hunger);
        if (!bulk && random.nextInt(12) == 0) {
            blackFrom = now + MILLISECOND * random.nextInt(1, 300);
            blackTo = blackFrom + MILLISECOND * random.nextInt(50, 15_000);
        }
    }

    private void ring() {
        timer = Long.MAX_VALUE;
        lost.clear();
        persistent = false;
        int space = recovery.timeout(handshakeKeys, now);
        assertThat(space).as("space of the probes").isEqualTo(model.timeout(handshakeKeys, now));
        judgeMarks();
        compareLosses();
        if (space < 0) {
            count(Kind.TIMED_LOSS);
            fill();
            return;
        }
        count(Kind.PROBE);
        for (int i = random.nextInt(1, 3); i > 0; i--) {
            send(space, random.nextInt(40, SEGMENT), true, false);
        }
    }

    // ---- the receiver

    private void arrived(Sent packet, boolean met) {
        Receiver receiver = receivers[packet.space()];
        receiver.numbers.add(packet.number());
        receiver.largestTime = packet.number() == receiver.numbers.last() ? now : receiver.largestTime;
        if (packet.marked()) {
            receiver.ect0 += met ? 0 : 1;
            receiver.ce += met ? 1 : 0;
        }
        if (!receiver.planned && (packet.eliciting() || random.nextInt(8) == 0)) {
            receiver.planned = true;
            boolean slow = !bulk && packet.space() == RecoveryModel.APPLICATION && random.nextBoolean();
            long wait = slow ? random.nextLong(1 + 30 * MILLISECOND) : 0;
            at(now + wait, () -> acknowledge(packet.space()));
        }
    }

    private void acknowledge(int space) {
        Receiver receiver = receivers[space];
        receiver.planned = false;
        TreeSet<Long> numbers = new TreeSet<>(receiver.numbers);
        long[] counts = marking > 0 ? new long[] {receiver.ect0, 0, receiver.ce} : new long[0];
        int most = random.nextInt(10) == 0 ? 1 : 32;
        long told = random.nextInt(20) == 0 ? random.nextLong(200 * MILLISECOND) : now - receiver.largestTime;
        if (random.nextDouble() < ackLoss || now >= blackFrom && now < blackTo) {
            return;
        }
        at(now + delay + (jitter == 0 ? 0 : random.nextLong(jitter)), () -> heard(space, numbers, most, told, counts));
        while (numbers.size() > 400) { // as after acknowledgements that were acknowledged
            receiver.numbers.remove(numbers.pollFirst());
        }
    }

    private void heard(int space, NavigableSet<Long> numbers, int most, long told, long[] counts) {
        if (spaces[space] == null) {
            return;
        }
        recovery.active(now);
        model.active = now;
        lost.clear();
        persistent = false;
        try {
            AckFrame ack = Acknowledgements.of(numbers, most, counts);
            TreeSet<Long> kept = new TreeSet<>(numbers.tailSet(ack.smallest(ack.ranges() - 1), true));
            long delay = space == RecoveryModel.APPLICATION ? told : 0;
            long before = recovery.congestion().window();
            boolean marked = counts.length > 0 && tellsCongestion(space, kept, counts);
            boolean news = recovery.acknowledged(spaces[space], ack, delay, now);
            assertThat(news).isEqualTo(model.acknowledge(space, kept, delay, marked, now));
            judgeMarks();
            if (marked && recovery.congestion().window() < before) {
                count(Kind.MARKED);
            }
        } catch (TransportException failure) {
            throw new AssertionError(failure);
        }
        compareLosses();
        if (space == 0 && !handshakeKeys) {
            handshakeKeys = true;
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                send(1, random.nextInt(40, SEGMENT), true, false);
            }
            discard(0);
        } else if (space == 1 && spaces[1] != null && !model.confirmed) {
            recovery.addressValidated();
            model.remoteValidated = true;
            if (random.nextBoolean()) {
                recovery.remoteHasKeys();
                model.remoteReadsApplication = true;
            }
            at(now + random.nextLong(delay), this::confirm);
            hunger();
        }
        fill();
    }

    private void confirm() {
        if (!model.confirmed) {
            recovery.confirmed();
            model.confirmed = true;
            model.remoteReadsApplication = true;
            model.remoteValidated = true;
            discard(1);
        }
    }

    private void discard(int space) {
        recovery.discard(space);
        spaces[space] = null;
        model.drop(space);
    }

    /** RFC 9000, section 13.4.2: whether the counts of a space say that more packets met congestion. */
    private boolean tellsCongestion(int space, NavigableSet<Long> numbers, long[] counts) {
        if (marksAreUseless || numbers.last() <= model.largest[space]) {
            return false;
        }
        long marked = numbers.stream()
                .map(model.sent.get(space)::get)
                .filter(packet -> packet != null && packet.marked())
                .count();
        if (counts[0] + counts[2] - toldMarks[space] < marked) {
            marksAreUseless = true;
            return false;
        }
        marksArrived |= marked > 0;
        boolean more = counts[2] > toldCongestion[space];
        toldMarks[space] = counts[0] + counts[2];
        toldCongestion[space] = counts[2];
        return more;
    }

    private final long[] toldMarks = new long[RecoveryModel.SPACES];
    private final long[] toldCongestion = new long[RecoveryModel.SPACES];

    /**
     * Marks are given up for good, and their counts say nothing any more, when a frame counts fewer new ones than it
     * acknowledges (section 13.4.2.1; a frame that leaves out old ranges makes this happen to the next one), or when
     * none was seen to arrive before ten were lost or probes were sent for the third time in a row (section 13.4.2.2).
     */
    private boolean marksAreUseless;

    private boolean marksArrived;
    private int marksLost;

    private void judgeMarks() {
        marksLost += (int) model.lost.stream().filter(Sent::marked).count();
        marksAreUseless |= !marksArrived && (marksLost >= 10 || model.probes > 2);
    }

    // ---- the comparison

    private void check(int step) {
        long next = recovery.nextTimeout(false);
        same("timer", step, next, model.timer());
        timer = next;
        RttEstimator rtt = recovery.rtt();
        same("smoothed round trip", step, rtt.smoothed(), model.smoothed);
        same("latest round trip", step, rtt.latest(), model.latest);
        same("least round trip", step, rtt.minimum(), model.minimum);
        long probeTimeout = model.smoothed + Math.max(4 * model.variance, MILLISECOND);
        same("probe timeout", step, rtt.probeTimeout(), probeTimeout);
        same("probe timeouts in a row", step, recovery.probes(), model.probes);
        CongestionController congestion = recovery.congestion();
        same("bytes in flight", step, congestion.inFlight(), model.window.inFlight);
        if (Math.abs(congestion.window() - model.window.cwnd) > 2) {
            same("window", step, congestion.window(), Math.round(model.window.cwnd));
        }
        same("slow start", step, congestion.inSlowStart() ? 1 : 0, model.window.inSlowStart() ? 1 : 0);
        model.window.cwnd = congestion.window(); // so that roundings do not add up
        if (!congestion.inSlowStart()) {
            count(Kind.AVOIDANCE);
            if (model.window.recoveryStart == Long.MIN_VALUE) {
                count(Kind.CONSERVATIVE_EXIT);
            }
        }
    }

    private static void same(String what, int step, long engine, long right) {
        if (engine != right) {
            throw new AssertionError(what + " in step " + step + ": " + engine + ", not " + right);
        }
    }

    private void compareLosses() {
        assertThat(lost)
                .as("numbers that count as lost")
                .isEqualTo(model.lost.stream().map(Sent::number).toList());
        assertThat(persistent).as("persistent congestion").isEqualTo(model.persistent);
        seen[Kind.LOST.ordinal()] += lost.size();
        seen[Kind.PERSISTENT.ordinal()] += persistent ? 1 : 0;
    }

    /** In the end the remote acknowledges what it cannot have. */
    private void inventions() {
        PacketSpace space = spaces[RecoveryModel.APPLICATION];
        TreeSet<Long> numbers = new TreeSet<>(List.of(space.sent.next() + random.nextLong(5)));
        assertThatThrownBy(() -> recovery.acknowledged(space, Acknowledgements.of(numbers, 1), 0, now))
                .isInstanceOf(TransportException.class);
    }

    private void count(Kind kind) {
        seen[kind.ordinal()]++;
    }

    @Override
    public void mtuProbeLost(int size) {}

    @Override
    public void mtuProbeArrived(int size) {}

    @Override
    public void packetLost(PacketSpace space, long number, long now) {
        lost.add(number);
    }

    @Override
    public void persistentCongestion() {
        persistent = true;
    }
}
