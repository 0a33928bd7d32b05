package libp2p.stores;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import libp2p.blocks.StoreException;
import org.jspecify.annotations.Nullable;

/** At most so many connections to a database at a time, kept while they work. Thread-safe. */
final class SqlConnections implements AutoCloseable {
    /** Something done with a connection that no other thread uses; not in a transaction at first. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException, IOException;
    }

    private static final int SECONDS = 30;

    private final String what;
    private final DataSource source;
    private final Semaphore turns;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    SqlConnections(String what, DataSource source, int atOnce) {
        this.what = what;
        this.source = source;
        turns = new Semaphore(atOnce);
    }

    <T> T run(Work<T> work) throws IOException {
        Connection connection = take();
        boolean good = false;
        try {
            T result = work.run(connection);
            good = true;
            return result;
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            give(connection, good);
        }
    }

    /** As {@link #run}, in a transaction that is committed when the work returns. */
    <T> T transact(Work<T> work) throws IOException {
        return run(connection -> {
            connection.setAutoCommit(false);
            boolean done = false;
            try {
                T result = work.run(connection);
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
            }
        });
    }

    StoreException failed(SQLException e) {
        return new StoreException(what + ": " + e.getMessage(), e);
    }

    /** A connection for the caller alone, until it gives it back. */
    Connection take() throws IOException {
        turns.acquireUninterruptibly();
        @Nullable Connection connection = null;
        try {
            connection = idle();
            if (connection == null || !connection.isValid(SECONDS)) {
                connection = source.getConnection();
            }
            return connection;
        } catch (SQLException e) {
            connection = null;
            throw failed(e);
        } finally {
            if (connection == null) {
                turns.release();
            }
        }
    }

    private @Nullable Connection idle() throws StoreException {
        lock.lock();
        try {
            if (closed) {
                throw new StoreException(what + ": the store is closed", null);
            }
            return idle.poll();
        } finally {
            lock.unlock();
        }
    }

    /** @param good whether it may be used again */
    void give(Connection connection, boolean good) {
        boolean kept = false;
        lock.lock();
        try {
            if (good && !closed) {
                idle.push(connection);
                kept = true;
            }
        } finally {
            lock.unlock();
            turns.release();
        }
        if (!kept) {
            closeQuietly(connection);
        }
    }

    private void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            System.getLogger(SqlConnections.class.getName())
                    .log(System.Logger.Level.DEBUG, () -> what + ": closing a connection: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        Deque<Connection> all;
        lock.lock();
        try {
            closed = true;
            all = new ArrayDeque<>(idle);
            idle.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(this::closeQuietly);
    }
}
