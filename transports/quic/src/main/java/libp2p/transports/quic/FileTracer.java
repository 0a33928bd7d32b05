package libp2p.transports.quic;

import java.io.UncheckedIOException;
import java.io.Writer;
import libp2p.quic.connection.Closing;
import libp2p.quic.connection.Tracer;
import libp2p.quic.qlog.QlogTracer;
import libp2p.quic.recovery.LossRecovery;
import libp2p.quic.wire.ConnectionId;
import org.jspecify.annotations.Nullable;

/** Writes what happens on one connection into files. Used as {@link Tracer} says. */
final class FileTracer implements Tracer {
    private static final System.Logger LOG = System.getLogger("libp2p.transports.quic");

    private final Diagnostics diagnostics;
    private @Nullable Writer file;
    private @Nullable QlogTracer log;

    /** @param file the log of the connection, which is owned, or null for none */
    FileTracer(
            Diagnostics diagnostics,
            @Nullable Writer file,
            boolean client,
            ConnectionId original,
            long now,
            long wallMillis) {
        this.diagnostics = diagnostics;
        this.file = file;
        if (file != null) {
            write(() -> log = new QlogTracer(text -> Diagnostics.write(file, text), client, original, now, wallMillis));
        }
    }

    /** A disk that is full ends the log, not the connection. */
    private void write(Runnable event) {
        try {
            event.run();
        } catch (UncheckedIOException failure) {
            LOG.log(System.Logger.Level.WARNING, "a qlog file ends early: {0}", failure.toString());
            over();
        }
    }

    @Override
    public void secret(String label, byte[] clientRandom, byte[] secret) {
        diagnostics.secret(label, clientRandom, secret);
    }

    @Override
    public void sent(int level, long number, int size, byte[] bytes, int from, int length, long now) {
        QlogTracer current = log;
        if (current != null) {
            write(() -> current.sent(level, number, size, bytes, from, length, now));
        }
    }

    @Override
    public void received(int level, long number, byte[] bytes, int from, int length, long now) {
        QlogTracer current = log;
        if (current != null) {
            write(() -> current.received(level, number, bytes, from, length, now));
        }
    }

    @Override
    public void lost(int level, long number, long now) {
        QlogTracer current = log;
        if (current != null) {
            write(() -> current.lost(level, number, now));
        }
    }

    @Override
    public void recovery(LossRecovery recovery, long now) {
        QlogTracer current = log;
        if (current != null) {
            write(() -> current.recovery(recovery, now));
        }
    }

    @Override
    public void closed(Closing why, long now) {
        QlogTracer current = log;
        if (current != null) {
            write(() -> current.closed(why, now));
        }
    }

    @Override
    public void over() {
        log = null;
        Writer current = file;
        file = null;
        if (current != null) {
            diagnostics.closed(current);
        }
    }
}
