package libp2p.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * The listeners of one suite: each is started for its first cell, ended after its last, and started again if it has
 * died. Thread-safe.
 */
final class Listeners implements AutoCloseable {
    private static final int STARTS = 3;

    private final Keys keys;
    private final Path logs;
    private final Consumer<Outcome> tell;
    private final Map<Listener.Kind, Slot> slots = new HashMap<>();

    private static final class Slot {
        int cellsLeft;
        int starts;
        CompletableFuture<Listener> listener = new CompletableFuture<>();
    }

    /**
     * @param cells that will be run
     * @param tell hears how each listener fared when it has ended
     */
    Listeners(List<Cell> cells, Keys keys, Path logs, Consumer<Outcome> tell) {
        this.keys = keys;
        this.logs = logs;
        this.tell = tell;
        cells.forEach(cell -> slots.computeIfAbsent(cell.listenerKind(), kind -> new Slot()).cellsLeft++);
    }

    /** The listener for this cell, which waits until it listens. */
    Listener of(Cell cell) throws IOException, InterruptedException {
        Listener.Kind kind = cell.listenerKind();
        CompletableFuture<Listener> listener;
        int start = 0;
        synchronized (this) {
            Slot slot = slot(kind);
            if (slot.starts == 0 || (slot.starts < STARTS && hasDied(slot))) {
                slot.listener = new CompletableFuture<>();
                start = ++slot.starts;
            }
            listener = slot.listener;
        }
        if (start > 0) {
            start(kind, start, listener);
        }
        try {
            return listener.join();
        } catch (CompletionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IOException(cause.getMessage(), e);
        }
    }

    private Slot slot(Listener.Kind kind) {
        return Objects.requireNonNull(slots.get(kind), "a cell that was not announced");
    }

    private boolean hasDied(Slot slot) {
        return slot.listener.isCompletedExceptionally()
                || (slot.listener.isDone() && !slot.listener.join().isAlive());
    }

    private void start(Listener.Kind kind, int start, CompletableFuture<Listener> listener)
            throws InterruptedException {
        Path log = log(kind, start);
        try {
            listener.complete(Listener.start(kind, keys, log));
        } catch (IOException e) {
            listener.completeExceptionally(e);
        }
        if (start > 1) {
            tell.accept(Outcome.ofListener(kind, "had to be started again", log(kind, start - 1)));
        }
    }

    private Path log(Listener.Kind kind, int start) {
        return logs.resolve("listeners").resolve(kind.fileName() + (start > 1 ? "-" + start : "") + ".log");
    }

    /** Says that a cell has no more use for its listener; ends it after the last one. */
    void release(Cell cell) throws InterruptedException {
        Listener.Kind kind = cell.listenerKind();
        Slot slot;
        synchronized (this) {
            slot = slot(kind);
            if (--slot.cellsLeft > 0 || slot.starts == 0 || slot.listener.isCompletedExceptionally()) {
                return;
            }
        }
        try (Listener listener = slot.listener.join()) {
            tell.accept(Outcome.ofListener(kind, listener.end(), log(kind, slot.starts)));
        }
    }

    /** Kills the listeners that are left. */
    @Override
    public synchronized void close() {
        for (Slot slot : slots.values()) {
            if (slot.listener.isDone() && !slot.listener.isCompletedExceptionally()) {
                slot.listener.join().close();
            }
        }
    }
}
