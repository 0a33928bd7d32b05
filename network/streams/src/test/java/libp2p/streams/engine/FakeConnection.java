package libp2p.streams.engine;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.CloseReason;
import libp2p.core.environment.Environment;
import libp2p.core.resource.LimitExceededException;

/** A connection whose engine writes down what it is told, and holds what a test puts into it. */
final class FakeConnection extends EngineConnection {
    /** One stream of it. */
    static final class FakeStream implements StreamEngine {
        private final long id;
        private final ByteBuffer received = ByteBuffer.allocate(100).flip();
        /** The requests of the streams, in order. */
        final List<String> asked;

        boolean whole;
        long remoteReset = -1;
        long remoteStop = -1;
        int room = 100;

        FakeStream(long id, List<String> asked) {
            this.id = id;
            this.asked = asked;
        }

        void receive(int... bytes) {
            received.compact();
            for (int value : bytes) {
                received.put((byte) value);
            }
            received.flip();
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public boolean isReadable() {
            return received.hasRemaining();
        }

        @Override
        public int read(ByteBuffer target) {
            int count = Math.min(target.remaining(), received.remaining());
            target.put(received.slice(received.position(), count));
            received.position(received.position() + count);
            return count;
        }

        @Override
        public ByteBuffer lend(int most) {
            return received.slice(received.position(), Math.min(most, received.remaining()));
        }

        @Override
        public void giveBack(int count) {
            received.position(received.position() + count);
        }

        @Override
        public boolean isAtEnd() {
            return whole && !received.hasRemaining();
        }

        @Override
        public boolean isWhole() {
            return whole;
        }

        @Override
        public boolean hasReceivingEnded() {
            return isAtEnd() || remoteReset >= 0;
        }

        @Override
        public long remoteReset() {
            return remoteReset;
        }

        @Override
        public void stopSending(long code) {
            asked.add(id + " stop " + code);
        }

        @Override
        public int room() {
            return room;
        }

        @Override
        public int queue() {
            return 100;
        }

        @Override
        public int write(ByteBuffer source) {
            int count = Math.min(room, source.remaining());
            source.position(source.position() + count);
            room -= count;
            return count;
        }

        @Override
        public void finish() {
            asked.add(id + " finish");
        }

        @Override
        public void reset(long code) {
            asked.add(id + " reset " + code);
        }

        @Override
        public long remoteStop() {
            return remoteStop;
        }

        @Override
        public boolean hasSendingEnded() {
            return false;
        }

        @Override
        public boolean isDelivered() {
            return false;
        }

        @Override
        public void priority(int value) {
            asked.add(id + " priority " + value);
        }
    }

    /** A table whose codes are shifted on the wire. */
    static final class Table extends EngineStreams<FakeStream> {
        private final FakeConnection connection;
        private final long shift;
        final ArrayDeque<FakeStream> coming = new ArrayDeque<>();
        final ArrayDeque<FakeStream> changed = new ArrayDeque<>();
        int allowed;

        Table(FakeConnection connection, long shift) {
            super(connection);
            this.connection = connection;
            this.shift = shift;
        }

        @Override
        protected boolean mayOpen() {
            return allowed > 0;
        }

        @Override
        protected FakeStream openEngine() {
            allowed--;
            return connection.stream();
        }

        @Override
        protected void reset(FakeStream stream, long wire) {
            connection.asked.add(stream.id + " reset " + wire + " behind its header");
        }

        @Override
        protected long wireCode(long code) {
            return shift + code;
        }

        @Override
        protected long code(long wire) {
            return wire - shift;
        }

        @Override
        public void look() {
            while (!coming.isEmpty()) {
                arrive(coming.poll());
            }
            while (!changed.isEmpty()) {
                touch(changed.poll());
            }
            if (allowed > 0) {
                allow();
            }
        }
    }

    final List<String> asked = new ArrayList<>();
    private long streams;
    long undelivered;
    boolean closed;
    boolean refused;

    FakeConnection(Environment environment) {
        super(environment);
        begin();
    }

    FakeStream stream() {
        return new FakeStream(streams++, asked);
    }

    @Override
    protected boolean hasControl() {
        return false;
    }

    @Override
    protected void prepare(long now) {}

    @Override
    protected void charge(ConnectionMemory account) throws LimitExceededException {
        if (refused) {
            throw new LimitExceededException("test", "memory", 2, 1, LimitExceededException.Side.LOCAL);
        }
    }

    @Override
    protected void transmit(long now) {}

    @Override
    protected boolean isClosing() {
        return closed;
    }

    @Override
    protected CloseReason engineReason() {
        return new CloseReason(9, true, "gone", null);
    }

    @Override
    protected void closeTold() {}

    @Override
    protected boolean isTerminated() {
        return closed;
    }

    @Override
    protected long nextTimeout() {
        return Long.MAX_VALUE;
    }

    @Override
    protected void arm(long when) {}

    @Override
    protected void timeout(long now) {}

    @Override
    protected void closeEngine(long code, String text, long now) {
        asked.add("close " + code);
        closed = true;
    }

    @Override
    protected long buffered() {
        return undelivered;
    }

    @Override
    protected boolean isUndelivered() {
        return undelivered > 0;
    }

    @Override
    protected Duration linger() {
        return Duration.ofSeconds(1);
    }

    @Override
    protected void over(CloseReason why) {
        asked.add("over " + why.code());
    }

    @Override
    public long roundTripNanos() {
        return 0;
    }
}
