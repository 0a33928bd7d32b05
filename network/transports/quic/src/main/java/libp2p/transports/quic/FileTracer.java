package libp2p.transports.quic;

import java.util.function.Consumer;
import java.util.function.Function;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.connection.Tracer;
import libp2p.quic.qlog.QlogTracer;
import libp2p.quic.recovery.LossRecovery;
import libp2p.quic.wire.TransportParameters;
import org.jspecify.annotations.Nullable;

/** Has written into files what happens on one connection. Used as {@link Tracer} says. */
final class FileTracer implements Tracer {
    private final LogQueue queue;
    private final @Nullable LogFile keys;
    private @Nullable LogFile file;
    private final Runnable released;
    private final @Nullable QlogTracer log;

    /**
     * A tracer of a new connection.
     *
     * @param keys the file of the keys of all connections, or null for none
     * @param file the log of the connection, or null for none
     * @param released is run when the connection has ended
     * @param tracer makes what writes the log
     */
    FileTracer(
            LogQueue queue,
            @Nullable LogFile keys,
            @Nullable LogFile file,
            Runnable released,
            Function<Consumer<String>, QlogTracer> tracer) {
        this.queue = queue;
        this.keys = keys;
        this.file = file;
        this.released = released;
        log = file == null ? null : tracer.apply(text -> queue.add(file, text));
    }

    private @Nullable QlogTracer log() {
        LogFile current = file;
        return current == null || current.isOver() ? null : log;
    }

    @Override
    public void secret(String label, byte[] clientRandom, byte[] secret) {
        LogFile target = keys;
        if (target != null) {
            queue.add(target, Diagnostics.line(label, clientRandom, secret));
        }
    }

    @Override
    public void parameters(boolean local, TransportParameters parameters, long now) {
        QlogTracer current = log();
        if (current != null) {
            current.parameters(local, parameters, now);
        }
    }

    @Override
    public void sent(int level, long number, int size, byte[] bytes, int from, int length, long now) {
        QlogTracer current = log();
        if (current != null) {
            current.sent(level, number, size, bytes, from, length, now);
        }
    }

    @Override
    public void received(int level, long number, byte[] bytes, int from, int length, long now) {
        QlogTracer current = log();
        if (current != null) {
            current.received(level, number, bytes, from, length, now);
        }
    }

    @Override
    public void lost(int level, long number, long now) {
        QlogTracer current = log();
        if (current != null) {
            current.lost(level, number, now);
        }
    }

    @Override
    public void recovery(LossRecovery recovery, long now) {
        QlogTracer current = log();
        if (current != null) {
            current.recovery(recovery, now);
        }
    }

    @Override
    public void closed(CloseCause why, long now) {
        QlogTracer current = log();
        if (current != null) {
            current.closed(why, now);
        }
    }

    @Override
    public void over() {
        if (file != null) {
            file = null;
            released.run();
        }
    }
}
