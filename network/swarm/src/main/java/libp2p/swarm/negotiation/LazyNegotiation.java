package libp2p.swarm.negotiation;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.muxer.WaitBound;

/**
 * The dialer's half of a negotiation that costs no round trip: the proposal travels with the first payload, and the
 * answer is read before the first payload of the remote, by an action that runs when bytes come. So no thread need wait
 * for a refusal, and those who want to wait do so for that action, each with a deadline of its own. Thread-safe.
 */
public final class LazyNegotiation {
    private enum Answer {
        NONE,
        ACCEPTED,
        REFUSED,
        /** The received bytes are no answer. */
        INVALID,
        /** The stream or its connection has ended; the stream says how. */
        ENDED
    }

    /** Nothing has come yet. Carries no information, is thrown often, and never leaves this class. */
    private static final class NotYet extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** Bytes of payload that travel in one piece with the proposal. */
    private static final int INLINE = 1024;

    private final Environment environment;
    private final Multistream multistream;
    private final MuxedStream stream;
    private final String protocol;
    private final Duration patience;
    private final ReplayingChannel received;
    private final WaitBound reads;
    private final AtomicBoolean readerWaits = new AtomicBoolean();

    private final ReentrantLock sending = new ReentrantLock();
    private volatile boolean sent;
    private volatile Deadline latest = Deadline.NONE;

    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition answered;
    private final List<Runnable> actions = new ArrayList<>(1);
    private boolean watching;
    private volatile Answer answer = Answer.NONE;
    private String violation = "";

    /**
     * @param protocol the one that is proposed
     * @param patience how long after the proposal has left its answer may come
     */
    public LazyNegotiation(
            Environment environment, Multistream multistream, MuxedStream stream, String protocol, Duration patience) {
        this.environment = environment;
        this.multistream = multistream;
        this.stream = stream;
        this.protocol = protocol;
        this.patience = patience;
        this.received = new ReplayingChannel(new WhatIsThere());
        this.reads = new WaitBound(environment, "read");
        this.answered = new TimedCondition(environment, lock);
    }

    /** Reads without waiting; looks again when bytes come. */
    private final class WhatIsThere implements NegotiationChannel {
        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (!stream.onReadable(LazyNegotiation.this::look)) {
                throw new NotYet();
            }
            return stream.read(target, offset, length);
        }

        @Override
        public void write(byte[] source) {
            throw new UnsupportedOperationException(
                    "protocol " + protocol + " was proposed already; this channel only reads the answer");
        }
    }

    /** Whether the remote peer has agreed, so that nothing is left to do. */
    public boolean isAccepted() {
        return answer == Answer.ACCEPTED;
    }

    /** Whether nothing that the remote peer still sends can be an answer. */
    public boolean isAnswered() {
        return answer != Answer.NONE;
    }

    /** Whether the proposal is on its way. */
    public boolean sent() {
        return sent;
    }

    /** Sends the proposal, if that has not happened, in one write with the payload; consumes the payload. */
    public void send(ByteBuffer payload) throws IOException {
        if (isAnswered() && answer != Answer.ACCEPTED) {
            fail();
        }
        if (!sent) {
            sending.lock();
            try {
                if (!sent) {
                    sendFirst(payload, false);
                }
            } finally {
                sending.unlock();
            }
        }
        if (payload.hasRemaining()) {
            stream.write(payload);
        }
    }

    /** As {@link #send}, with FIN behind the payload, which may be empty. */
    public void sendLast(ByteBuffer payload) throws IOException {
        if (isAnswered() && answer != Answer.ACCEPTED) {
            fail();
        }
        boolean ended = false;
        if (!sent) {
            sending.lock();
            try {
                ended = !sent && sendFirst(payload, true);
            } finally {
                sending.unlock();
            }
        }
        if (payload.hasRemaining()) {
            stream.writeLast(payload);
        } else if (!ended) {
            stream.closeWrite();
        }
    }

    /** Needs the lock for sending. Returns whether FIN has left with it. */
    private boolean sendFirst(ByteBuffer payload, boolean last) throws IOException {
        byte[] proposal = Multistream.proposal(protocol);
        int inline = Math.min(payload.remaining(), INLINE);
        ByteBuffer first = ByteBuffer.allocate(proposal.length + inline).put(proposal);
        first.put(payload.slice(payload.position(), inline)).flip();
        boolean ends = last && inline == payload.remaining();
        if (ends) {
            stream.writeLast(first);
        } else {
            stream.write(first);
        }
        payload.position(payload.position() + inline);
        latest = Deadline.after(environment, patience);
        sent = true;
        return ends;
    }

    /** Sends the proposal without waiting for anything, unless it has left or is leaving. */
    private void sendSoon() {
        if (sent || !sending.tryLock()) {
            return; // the holder of the lock sends it
        }
        try {
            if (!sent && stream.isWritable(2 * Multistream.proposal(protocol).length)) {
                sendFirst(ByteBuffer.allocate(0), false);
            } else if (!sent) {
                environment.start("propose " + protocol, this::sendApart);
            }
        } catch (IOException failed) {
            decide(Answer.ENDED, "");
        } finally {
            sending.unlock();
        }
    }

    private void sendApart() {
        try {
            send(ByteBuffer.allocate(0));
        } catch (IOException failed) {
            decide(Answer.ENDED, "");
        }
    }

    /** The patience of readers: they wait here first, then at the stream. */
    public WaitBound reads() {
        return reads;
    }

    /**
     * As {@link #onAnswer}, for the one reader of the stream, who may come before anything was written: the proposal
     * leaves.
     *
     * @throws IllegalStateException if it waits already
     */
    public void awaitReader(Runnable action) {
        if (!readerWaits.compareAndSet(false, true)) {
            throw new IllegalStateException("this stream has a reader that waits");
        }
        sendSoon();
        onAnswer(() -> {
            readerWaits.set(false);
            action.run();
        });
    }

    /**
     * Runs the action once when the answer is here, without locks and on a thread that must not wait; at once if it is
     * here.
     */
    public void onAnswer(Runnable action) {
        boolean late;
        lock.lock();
        try {
            late = isAnswered();
            if (!late) {
                actions.add(action);
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            action.run();
        } else {
            watch();
        }
    }

    /**
     * Waits for the answer, sending the proposal first if need be. A caller that is late or interrupted may try again.
     *
     * @throws NegotiationException if the remote refused
     * @throws DeadlineExceededException if the deadline passes first, or the answer takes too long
     */
    public void confirm(Deadline deadline) throws IOException {
        if (answer == Answer.ACCEPTED) {
            return;
        }
        send(ByteBuffer.allocate(0));
        watch();
        Deadline until = deadline.earlier(latest);
        lock.lock();
        try {
            while (!isAnswered()) {
                if (!answered.await(until) && !isAnswered()) {
                    throw new DeadlineExceededException("answer to the proposal of " + protocol);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted: answer to the proposal of " + protocol);
        } finally {
            lock.unlock();
        }
        if (answer != Answer.ACCEPTED) {
            fail();
        }
    }

    private void fail() throws IOException {
        switch (answer) {
            case REFUSED ->
                throw new NegotiationException("the remote peer does not speak the protocol", List.of(protocol));
            case INVALID -> throw new ProtocolViolationException(Multistream.HEADER, violation);
            case ENDED -> {
                stream.read(ByteBuffer.allocate(1)); // which throws
                throw new EOFException("the remote peer closed during the negotiation");
            }
            case NONE, ACCEPTED -> {}
        }
    }

    private void watch() {
        lock.lock();
        try {
            if (watching) {
                return;
            }
            watching = true;
        } finally {
            lock.unlock();
        }
        look();
    }

    /**
     * Reads the answer as far as it has come. One thread at a time: the one that begins, then the one that reads
     * the connection.
     */
    private void look() {
        try {
            received.restart();
            multistream.confirm(received, protocol);
            decide(Answer.ACCEPTED, "");
        } catch (NotYet notYet) {
            // looks again when bytes come
        } catch (NegotiationException refused) {
            decide(Answer.REFUSED, "");
        } catch (ProtocolViolationException invalid) {
            decide(Answer.INVALID, message(invalid));
        } catch (StreamResetException reset) {
            decide(reset.code() == ErrorCode.STREAM_PROTOCOL_NEGOTIATION_FAILED ? Answer.REFUSED : Answer.ENDED, "");
        } catch (IOException ended) {
            decide(Answer.ENDED, "");
        }
    }

    /** The message without the protocol, which a new exception puts before it again. */
    private static String message(ProtocolViolationException invalid) {
        String text = String.valueOf(invalid.getMessage());
        String prefix = Multistream.HEADER + ": ";
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }

    private void decide(Answer value, String why) {
        List<Runnable> due;
        lock.lock();
        try {
            if (isAnswered()) {
                return;
            }
            violation = why;
            answer = value;
            due = List.copyOf(actions);
            actions.clear();
            answered.signalAll();
        } finally {
            lock.unlock();
        }
        due.forEach(Runnable::run);
    }
}
