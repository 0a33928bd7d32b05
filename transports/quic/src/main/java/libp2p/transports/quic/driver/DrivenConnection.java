package libp2p.transports.quic.driver;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.environment.Timer;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceScope;
import libp2p.quic.connection.Closing;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.HandshakeWork;
import libp2p.quic.connection.SendBatch;
import libp2p.transports.quic.ConnectionDetails;
import libp2p.transports.quic.engine.QuicConnection;
import org.jspecify.annotations.Nullable;

/**
 * One connection: the lock around its engine, and what has to happen after every use of it. Whoever {@link #enter}s
 * must {@link #leave}, which sends what is due, wakes who waits, and sets the timer.
 */
final class DrivenConnection implements QuicConnection {
    private static final int WRITES_BETWEEN_LOOKS = 64;

    private final Environment environment;
    private final DrivenPort port;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final VerifiedCredentials credentials;
    final ReentrantLock lock = new ReentrantLock();
    private final DrivenStreams streams;
    private final TimedCondition progress;
    private final ConnectionMemory memory = new ConnectionMemory(this);
    private final List<Runnable> onClose = new ArrayList<>();
    private @Nullable Connection engine;
    private @Nullable Consumer<@Nullable Throwable> onHandshake;
    private volatile @Nullable CloseReason reason;
    private volatile boolean ended;
    private boolean shaken;
    private boolean leaving;
    private @Nullable Throwable failure;
    private @Nullable Timer timer;
    private long armed = Long.MAX_VALUE;

    DrivenConnection(
            Environment environment,
            DrivenPort port,
            InetSocketAddress local,
            InetSocketAddress remote,
            VerifiedCredentials credentials) {
        this.environment = environment;
        this.port = port;
        this.local = local;
        this.remote = remote;
        this.credentials = credentials;
        this.streams = new DrivenStreams(this);
        this.progress = new TimedCondition(environment, lock);
    }

    Environment environment() {
        return environment;
    }

    DrivenPort port() {
        return port;
    }

    /** Hears once, on a thread of its own, how the handshake went. Called before {@link #begin}. */
    void onHandshake(Consumer<@Nullable Throwable> listener) {
        onHandshake = listener;
    }

    /** Gets its engine. Needs the lock. */
    void begin(Connection made) {
        engine = made;
    }

    Connection engine() {
        Connection current = engine;
        if (current == null) {
            throw new IllegalStateException("the connection has not begun");
        }
        return current;
    }

    void enter() {
        lock.lock();
    }

    /** Sends, wakes, sets the timer, and gives the lock up. */
    void leave() {
        try {
            if (engine != null) {
                settle(engine);
            }
        } finally {
            lock.unlock();
        }
        streams.deliver();
    }

    /** Gives the lock up after reading, which rarely gives reason to send. */
    void leaveUnlessDue() {
        Connection current = engine;
        if (current != null && current.streams().hasControl()) {
            leave();
        } else {
            lock.unlock();
        }
    }

    /** Needs the lock. */
    void receive(ByteBuffer buffer, int offset, int length, InetSocketAddress from, int codepoint, long now) {
        engine().receive(buffer, offset, length, from, codepoint, now);
    }

    private void settle(Connection current) {
        if (ended) {
            return;
        }
        long now = environment.nanoTime();
        HandshakeWork work = current.pollWork();
        if (work != null) {
            environment.start("quic-handshake", () -> work(work));
        }
        streams.look(current);
        memory.follow(current);
        transmit(current, now);
        if (!shaken && current.isComplete()) {
            shaken(null);
        }
        Closing closing = current.closing();
        if (closing != null) {
            closes(closing);
            if (!current.isConfirmed() || closing.remote()) {
                current.terminate(null); // nobody waits for a handshake that was given up, and the remote has gone
            }
        }
        if (current.isTerminated()) {
            end(current);
        } else {
            arm(current, now);
        }
        progress.signalAll();
    }

    private void transmit(Connection current, long now) {
        SendBatch batch = port.borrow();
        long time = now;
        int batches = 0;
        while (current.transmit(batch, time)) {
            port.io().send(batch);
            batch.clear();
            if (++batches % WRITES_BETWEEN_LOOKS == 0) {
                time = environment.nanoTime();
            }
        }
        port.giveBack(batch);
    }

    private void work(HandshakeWork work) {
        work.run();
        enter();
        try {
            engine().worked(work, environment.nanoTime());
        } finally {
            leave();
        }
    }

    private void arm(Connection current, long now) {
        long next = current.nextTimeout();
        if (next < armed) {
            Timer old = timer;
            if (old != null) {
                old.cancel();
            }
            armed = next;
            timer = environment.schedule(Math.max(0, next - now), () -> ring(next));
        }
    }

    private void ring(long time) {
        enter();
        try {
            if (armed == time && !ended) {
                armed = Long.MAX_VALUE;
                long now = environment.nanoTime();
                if (engine().nextTimeout() <= now) {
                    engine().timeout(now);
                }
            }
        } finally {
            leave();
        }
    }

    // ---- the handshake

    private void shaken(@Nullable Throwable why) {
        shaken = true;
        failure = why;
        Consumer<@Nullable Throwable> listener = onHandshake;
        if (listener != null) {
            Runnable over = environment.trackActivity();
            environment.start("quic-shaken", () -> {
                try {
                    listener.accept(why);
                } finally {
                    over.run();
                }
            });
        }
    }

    /** Waits until streams can be opened. */
    void awaitHandshake(Deadline deadline) throws IOException {
        IOException cut = null;
        lock.lock();
        try {
            while (!shaken && cut == null) {
                try {
                    await(progress, deadline, "QUIC handshake");
                } catch (IOException late) {
                    cut = shaken ? null : late;
                }
            }
        } finally {
            lock.unlock();
        }
        Throwable why = failure;
        if (cut != null) {
            giveUpHandshake(cut);
            throw cut;
        }
        if (why instanceof IOException refused) {
            throw refused;
        }
        if (why != null) {
            throw new IOException("the QUIC handshake failed", why);
        }
    }

    /** Ends the connection if its handshake still goes on. */
    void giveUpHandshake(IOException why) {
        enter();
        try {
            if (!shaken) {
                giveUp(why);
            }
        } finally {
            leave();
        }
    }

    /** Ends the connection at once, telling the remote as well as may be. Needs the lock. */
    void giveUp(IOException why) {
        Connection current = engine;
        if (current != null && !current.isTerminated()) {
            long now = environment.nanoTime();
            current.close(ErrorCode.NONE, "", now);
            transmit(current, now);
            failure = why;
            current.terminate(null);
        }
    }

    // ---- the end

    private void closes(Closing closing) {
        if (reason == null) {
            CloseReason why = Endings.reason(closing);
            reason = why;
            streams.connectionEnds(why);
        }
    }

    private void end(Connection current) {
        ended = true;
        Closing closing = current.closing();
        CloseReason why = reason;
        if (why == null) {
            why = closing == null ? CloseReason.LOCAL : Endings.reason(closing);
            reason = why;
            streams.connectionEnds(why);
        }
        if (!shaken) {
            shaken(failure != null ? failure : Endings.explain(closing, why));
        }
        Timer old = timer;
        if (old != null) {
            old.cancel();
        }
        port.ended(this);
        memory.close();
        streams.drop();
        for (Runnable action : onClose) {
            environment.start("quic-closed", action);
        }
        onClose.clear();
    }

    @Override
    public void close(long code, String text) {
        ErrorCode.check(code);
        boolean first;
        enter();
        try {
            first = !leaving && !ended;
            leaving = true;
            if (reason == null) {
                CloseReason why = new CloseReason(code, false, text, null);
                reason = why;
                streams.close(why);
            }
        } finally {
            leave();
        }
        if (first) {
            environment.start("quic-close", () -> farewell(code, text));
        }
    }

    /**
     * Written bytes are waited for while some of them leave. Stays until the end, so that closing a host waits for
     * it.
     */
    private void farewell(long code, String text) {
        enter();
        try {
            Connection current = engine();
            if (Endings.isPatient(code)) {
                linger(current);
            }
            current.close(code, text, environment.nanoTime());
            settle(current);
            while (!ended) {
                progress.await(Deadline.NONE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            leave();
        }
    }

    private void linger(Connection current) throws InterruptedException {
        long left = Long.MAX_VALUE;
        Deadline patience = Deadline.after(environment, port.limits().timeouts().linger());
        while (!ended && current.closing() == null && streams.isUndelivered(current)) {
            long now = current.streams().buffered();
            if (now < left) {
                left = now;
                patience = Deadline.after(environment, port.limits().timeouts().linger());
            }
            if (!progress.await(patience)) {
                return;
            }
        }
    }

    ConnectionClosedException closed() {
        CloseReason why = reason;
        return new ConnectionClosedException(why == null ? CloseReason.LOCAL : why);
    }

    void checkOpen() throws ConnectionClosedException {
        if (reason != null || ended) {
            throw closed();
        }
    }

    @Override
    public @Nullable CloseReason closeReason() {
        return reason;
    }

    @Override
    public void onClose(Runnable action) {
        lock.lock();
        try {
            if (!ended) {
                onClose.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        environment.start("quic-closed", action);
    }

    // ---- streams

    @Override
    public MuxedStream openStream(Deadline deadline) throws IOException {
        return streams.open(deadline);
    }

    @Override
    public MuxedStream acceptStream() throws IOException {
        return streams.accept();
    }

    @Override
    public boolean onStream(Consumer<? super MuxedStream> receiver) {
        streams.onStream(receiver);
        return true;
    }

    @Override
    public int streams() {
        return streams.size();
    }

    @Override
    public Map<String, Object> details() {
        lock.lock();
        try {
            Connection current = engine;
            return current == null
                    ? Map.of()
                    : ConnectionDetails.of(
                            current.status(),
                            port.io().usesSegmentation(),
                            port.io().usesCoalescing());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long roundTripNanos() {
        lock.lock();
        try {
            Connection current = engine;
            return current != null && current.recovery().rtt().isMeasured()
                    ? current.recovery().rtt().latest()
                    : 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public PublicKey remoteKey() {
        return credentials.remoteKey();
    }

    @Override
    public void charge(ResourceScope scope) throws LimitExceededException {
        enter();
        try {
            memory.chargeTo(scope, engine());
            if (ended) {
                memory.close();
            }
        } finally {
            leave();
        }
    }

    /** Waits for a condition of the lock, which is held. */
    static void await(TimedCondition condition, Deadline deadline, String what) throws IOException {
        try {
            if (!condition.await(deadline)) {
                throw new DeadlineExceededException(what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted: " + what);
        }
    }
}
