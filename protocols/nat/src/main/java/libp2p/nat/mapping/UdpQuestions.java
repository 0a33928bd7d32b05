package libp2p.nat.mapping;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.environment.UdpSocket;
import libp2p.core.failure.DeadlineExceededException;
import org.jspecify.annotations.Nullable;

/** Asks over UDP, again and again with growing pauses, until an answer arrives. One thread asks at a time. */
final class UdpQuestions implements AutoCloseable {
    private static final int MAX_DATAGRAM = 2048;
    private static final int QUEUED = 64;

    /** A datagram that arrived. */
    record Answer(byte[] bytes, InetSocketAddress from) {}

    private final Environment environment;
    private final UdpSocket socket;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition arrived;
    private final Deque<Answer> answers = new ArrayDeque<>();
    private boolean ended;

    /** Opens a socket. */
    UdpQuestions(Environment environment, InetSocketAddress local) throws IOException {
        this.environment = environment;
        this.arrived = new TimedCondition(environment, lock);
        this.socket = environment.network().bindUdp(local);
        environment.start("gateway-answers", this::receive);
    }

    private void receive() {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM);
        try {
            while (true) {
                buffer.clear();
                InetSocketAddress from = socket.receive(buffer);
                byte[] bytes = new byte[buffer.flip().remaining()];
                buffer.get(bytes);
                lock.lock();
                try {
                    if (answers.size() < QUEUED) {
                        answers.addLast(new Answer(bytes, from));
                        arrived.signalAll();
                    }
                } finally {
                    lock.unlock();
                }
            }
        } catch (IOException closed) {
            lock.lock();
            try {
                ended = true;
                arrived.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Sends a datagram and returns at once. */
    void send(byte[] question, InetSocketAddress target) throws IOException {
        socket.send(ByteBuffer.wrap(question), target);
    }

    /** The next answer, or null when the deadline passes; blocks. */
    @Nullable
    Answer next(Deadline deadline) throws IOException {
        lock.lock();
        try {
            arrived.await(deadline, () -> ended || !answers.isEmpty());
            return answers.pollFirst();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while asking a router");
        } finally {
            lock.unlock();
        }
    }

    /**
     * Asks until the target itself gives an answer that fits; blocks.
     *
     * @param first pause before the question is repeated; doubled each time
     * @throws DeadlineExceededException if there is no answer in time
     */
    byte[] ask(byte[] question, InetSocketAddress target, Predicate<byte[]> fits, Duration first, Deadline deadline)
            throws IOException {
        Duration pause = first;
        while (!deadline.passed(environment)) {
            send(question, target);
            Deadline until = deadline.earlier(Deadline.after(environment, pause));
            Answer answer;
            while ((answer = next(until)) != null) {
                if (answer.from().equals(target) && fits.test(answer.bytes())) {
                    return answer.bytes();
                }
            }
            pause = pause.multipliedBy(2);
        }
        throw new DeadlineExceededException("asking " + target + " to map a port");
    }

    @Override
    public void close() {
        socket.close();
    }
}
