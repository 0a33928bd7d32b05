package libp2p.simulator;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a TCP connection: what is on the way, what waits to be read, and how much more the sender may write.
 * Segments arrive in order, however late.
 */
final class Pipe {
    /** As much as network cards take at once would be more; smaller segments share a link more fairly. */
    static final int MOST_SEGMENT_BYTES = 16 * 1024;

    private static final long MOST_RETRY_NANOS = 120_000_000_000L;
    private static final int RETRIES = 15;
    private static final byte[] NOTHING = {};

    private final SimulatedNetwork network;
    private final SimulatedScheduler scheduler;
    private final Path path;
    private final SimulatedTcpChannel sender;
    private final SimulatedTcpChannel receiver;
    private final int window;
    private final SegmentQueue unread = new SegmentQueue();
    private final SegmentQueue held = new SegmentQueue();
    private int room;
    private int readable;
    private long lastArrival;
    private boolean silent;
    private @Nullable Credit firstCredit;
    private @Nullable Credit lastCredit;
    private boolean creditDue;

    Pipe(
            SimulatedNetwork network,
            SimulatedScheduler scheduler,
            Path path,
            SimulatedTcpChannel sender,
            SimulatedTcpChannel receiver) {
        this.network = network;
        this.scheduler = scheduler;
        this.path = path;
        this.sender = sender;
        this.receiver = receiver;
        this.window = network.socketBuffer();
        this.room = window;
    }

    // ---- the sender's side

    /** Takes bytes as far as there is room, as one segment, and returns how many. */
    int send(ByteBuffer source) {
        collectCredits();
        int size = Math.min(Math.min(room, source.remaining()), MOST_SEGMENT_BYTES);
        if (size == 0) {
            awaitCredit();
            return 0;
        }
        byte[] bytes = new byte[size];
        source.get(bytes);
        room -= size;
        transmit(new Segment(this, FrameKind.DATA, bytes));
        return size;
    }

    /** Sends a segment without bytes behind all others: FIN, or the ACK that ends the handshake. */
    void sendControl(FrameKind kind) {
        transmit(new Segment(this, kind, NOTHING));
    }

    /** Sends RST, which overtakes everything and is not repeated. */
    void sendReset() {
        network.frame(path, FrameKind.RST, 0);
        long arrival = path.transmit(scheduler.now(), 0);
        scheduler.schedule(
                new Event() {
                    @Override
                    void fire() {
                        if (isBlocked()) {
                            network.lost(path, 0);
                        } else {
                            receiver.fail("Connection reset");
                        }
                    }
                },
                arrival);
    }

    /** Nothing gets through from now on. */
    void silence() {
        silent = true;
    }

    private boolean isBlocked() {
        return silent || path.isBlocked();
    }

    private void transmit(Segment segment) {
        long now = scheduler.now();
        network.frame(path, segment.kind, segment.bytes);
        if (!silent && !sender.passesRouters()) {
            sender.silenceBoth();
        }
        long arrival = path.transmit(now, segment.bytes.length);
        long pause = path.retransmissionNanos();
        while (path.loses()) {
            network.lost(path, segment.bytes.length);
            arrival += pause;
            pause = Math.min(2 * pause, MOST_RETRY_NANOS);
        }
        lastArrival = Math.max(lastArrival, arrival);
        scheduler.schedule(segment, lastArrival);
    }

    private void collectCredits() {
        long now = scheduler.now();
        while (firstCredit != null && firstCredit.time <= now) {
            room += firstCredit.bytes;
            firstCredit = firstCredit.next;
        }
    }

    private void awaitCredit() {
        if (firstCredit != null && !creditDue) {
            creditDue = true;
            scheduler.schedule(
                    new Event() {
                        @Override
                        void fire() {
                            creditDue = false;
                            sender.wakeWriter();
                        }
                    },
                    firstCredit.time);
        }
    }

    // ---- on the way

    void arrived(Segment segment) {
        if (isBlocked() || !held.isEmpty()) {
            if (held.isEmpty()) {
                scheduler.schedule(new Retry(), scheduler.now() + path.retransmissionNanos());
            }
            held.add(segment);
        } else {
            deliver(segment);
        }
    }

    private void deliver(Segment segment) {
        switch (segment.kind) {
            case DATA -> {
                if (receiver.isClosed()) {
                    receiver.refuse();
                } else {
                    readable += segment.remaining();
                    unread.add(segment);
                    receiver.wakeReader();
                }
            }
            case FIN -> receiver.ended();
            case ACK -> receiver.established();
            default -> throw new IllegalStateException(segment.kind + " in a stream");
        }
    }

    // ---- the receiver's side

    int readable() {
        return readable;
    }

    /** Moves bytes that have arrived to the target, at most so many, and returns how many. */
    int receive(ByteBuffer target, int most) {
        int total = 0;
        while (total < most && !unread.isEmpty()) {
            Segment segment = unread.first();
            int size = Math.min(segment.remaining(), most - total);
            target.put(segment.bytes, segment.position, size);
            segment.position += size;
            total += size;
            if (segment.remaining() == 0) {
                unread.removeFirst();
            }
        }
        readable -= total;
        credit(total);
        return total;
    }

    /** The sender learns after a while that there is room again. */
    private void credit(int bytes) {
        long time = scheduler.now() + path.latencyNanos;
        Credit last = lastCredit;
        if (firstCredit != null && last != null && last.time >= time) {
            last.bytes += bytes;
            return;
        }
        Credit credit = new Credit(time, bytes);
        if (firstCredit == null || last == null) {
            firstCredit = credit;
        } else {
            last.next = credit;
        }
        lastCredit = credit;
        if (sender.hasWriter()) {
            awaitCredit();
        }
    }

    void dropUnread() {
        unread.clear();
        readable = 0;
    }

    private static final class Credit {
        final long time;
        int bytes;

        @Nullable
        Credit next;

        Credit(long time, int bytes) {
            this.time = time;
            this.bytes = bytes;
        }
    }

    /** Tries again after pauses that double, then gives up, as TCP does. */
    private final class Retry extends Event {
        private long pause = path.retransmissionNanos();
        private int tries;
        private boolean onTheWay;

        @Override
        void fire() {
            if (isBlocked()) {
                onTheWay = false;
                if (++tries > RETRIES) {
                    held.clear();
                    sender.fail("Connection timed out");
                    receiver.handshakeFailed();
                    return;
                }
                pause = Math.min(2 * pause, MOST_RETRY_NANOS);
                scheduler.schedule(this, scheduler.now() + pause);
            } else if (!onTheWay) {
                onTheWay = true;
                scheduler.schedule(this, scheduler.now() + path.latencyNanos);
            } else {
                while (!held.isEmpty()) {
                    deliver(held.removeFirst());
                }
            }
        }
    }
}
