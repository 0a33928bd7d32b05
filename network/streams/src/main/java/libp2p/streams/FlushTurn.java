package libp2p.streams;

/**
 * The promise of a thread to send what it queues. A sender that is queued with one wakes no thread, so a promise that
 * is not kept would leave it waiting for ever. Therefore only {@link MuxerConnection#beginTurn} gives one, and closing
 * it keeps it:
 *
 * <pre>{@code
 * try (FlushTurn turn = connection.beginTurn()) {
 *     connection.control(sender, turn);
 * }
 * }</pre>
 *
 * <p>It is closed without locks. On the reading thread the outermost turn sends, when all that a read has brought is
 * delivered.
 */
public final class FlushTurn implements AutoCloseable {
    private final Runnable push;

    /** @param push sends what is queued, as far as that needs no waiting */
    FlushTurn(Runnable push) {
        this.push = push;
    }

    @Override
    public void close() {
        push.run();
    }
}
