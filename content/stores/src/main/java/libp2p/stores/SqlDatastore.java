package libp2p.stores;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import libp2p.core.datastore.Datastore;
import org.jspecify.annotations.Nullable;

/**
 * A datastore in one table of PostgreSQL, or of a database that speaks its SQL. Several nodes may use the same table:
 * each change is seen by all when it returns. Thread-safe.
 */
public final class SqlDatastore implements Datastore {
    private static final int FETCHED = 500;

    private final SqlConnections connections;
    private final String table;

    private SqlDatastore(SqlConnections connections, String table) {
        this.connections = connections;
        this.table = table;
    }

    /**
     * Opens a datastore, making its table if there is none; blocks.
     *
     * @param source of connections, which this class keeps while it is open, 16 at most
     * @param table its name: letters, digits and underscores
     */
    public static SqlDatastore open(DataSource source, String table) throws IOException {
        SqlConnections connections =
                new SqlConnections("datastore " + SqlText.checked(table), source, SharedStoreLimits.DEFAULT.atOnce());
        connections.run(connection -> {
            SqlText.create(
                    connection,
                    "CREATE TABLE IF NOT EXISTS " + table + " (key BYTEA PRIMARY KEY, value BYTEA NOT NULL)");
            return true;
        });
        return new SqlDatastore(connections, table);
    }

    @Override
    public byte @Nullable [] get(byte[] key) throws IOException {
        return connections
                .<Optional<byte[]>>run(connection -> {
                    try (PreparedStatement query =
                            connection.prepareStatement("SELECT value FROM " + table + " WHERE key = ?")) {
                        query.setBytes(1, key);
                        try (ResultSet rows = query.executeQuery()) {
                            return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.<byte[]>empty();
                        }
                    }
                })
                .orElse(null);
    }

    @Override
    public void write(List<Change> batch) throws IOException {
        connections.transact(connection -> {
            try (PreparedStatement put = connection.prepareStatement("INSERT INTO " + table
                            + " (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value");
                    PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + " WHERE key = ?")) {
                for (Change change : batch) {
                    byte[] value = change.value();
                    PreparedStatement one = value == null ? delete : put;
                    one.setBytes(1, change.key());
                    if (value != null) {
                        one.setBytes(2, value);
                    }
                    one.executeUpdate();
                }
                return true;
            }
        });
    }

    @Override
    public Entries scan(Scan scan) throws IOException {
        Connection connection = connections.take();
        boolean open = false;
        try {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            byte[] end = end(scan.prefix());
            PreparedStatement query =
                    connection.prepareStatement("SELECT key, " + (scan.values() ? "value" : "''::bytea") + " FROM "
                            + table + " WHERE key >= ?" + (end == null ? "" : " AND key < ?") + " ORDER BY key");
            query.setBytes(1, scan.start());
            if (end != null) {
                query.setBytes(2, end);
            }
            query.setFetchSize(FETCHED);
            Entries entries = new Rows(connection, query, query.executeQuery());
            open = true;
            return entries;
        } catch (SQLException e) {
            throw connections.failed(e);
        } finally {
            if (!open) {
                connections.give(connection, false);
            }
        }
    }

    /** The first key behind all with a prefix, or null if there is none. */
    static byte @Nullable [] end(byte[] prefix) {
        for (int i = prefix.length - 1; i >= 0; i--) {
            if (prefix[i] != (byte) 0xff) {
                byte[] end = Arrays.copyOf(prefix, i + 1);
                end[i]++;
                return end;
            }
        }
        return null;
    }

    private final class Rows implements Entries {
        private final Connection connection;
        private final Statement query;
        private final ResultSet rows;
        private boolean closed;

        Rows(Connection connection, Statement query, ResultSet rows) {
            this.connection = connection;
            this.query = query;
            this.rows = rows;
        }

        @Override
        public @Nullable Entry next() throws IOException {
            try {
                return !closed && rows.next() ? new Entry(rows.getBytes(1), rows.getBytes(2)) : null;
            } catch (SQLException e) {
                throw connections.failed(e);
            }
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            boolean good = false;
            try {
                rows.close();
                query.close();
                connection.rollback();
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                connection.setAutoCommit(true);
                good = true;
            } catch (SQLException e) {
                System.getLogger(SqlDatastore.class.getName())
                        .log(System.Logger.Level.DEBUG, () -> "ending a walk over " + table + ": " + e.getMessage());
            } finally {
                connections.give(connection, good);
            }
        }
    }

    @Override
    public void close() {
        connections.close();
    }
}
