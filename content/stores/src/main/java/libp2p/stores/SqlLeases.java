package libp2p.stores;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import libp2p.blocks.StoreException;

/** Records of leases as rows of a table. A row that is gone is never made again. */
final class SqlLeases implements SharedLeases.Records {
    private final SqlConnections connections;
    private final String table;
    private final SharedStoreLimits limits;

    SqlLeases(SqlConnections connections, String blocks, SharedStoreLimits limits) {
        this.connections = connections;
        this.limits = limits;
        table = name(blocks);
    }

    private static String name(String blocks) {
        return blocks + "_leases";
    }

    static void create(Connection connection, String blocks) throws SQLException {
        SqlText.create(
                connection,
                "CREATE TABLE IF NOT EXISTS " + name(blocks)
                        + " (id TEXT PRIMARY KEY, begun TIMESTAMPTZ NOT NULL DEFAULT now(), renewed TIMESTAMPTZ NOT"
                        + " NULL DEFAULT now())");
    }

    /** Three transactions: the row is seen by all before the others are looked at. */
    @Override
    public Instant begin(String id) throws IOException {
        update("INSERT INTO " + table + " (id) VALUES (?)", id);
        connections.run(connection -> {
            try (PreparedStatement expire = connection.prepareStatement(
                    "DELETE FROM " + table + " WHERE renewed < now() - make_interval(secs => ?)")) {
                expire.setDouble(1, limits.lease().toMillis() / 1000.0);
                return expire.executeUpdate();
            }
        });
        return connections.run(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT min(begun) FROM " + table);
                    ResultSet rows = query.executeQuery()) {
                rows.next();
                OffsetDateTime oldest = rows.getObject(1, OffsetDateTime.class);
                if (oldest == null) {
                    throw new StoreException("a lease ended in the store within " + limits.lease(), null);
                }
                return oldest.toInstant();
            }
        });
    }

    @Override
    public boolean renew(String id) throws IOException {
        return update("UPDATE " + table + " SET renewed = now() WHERE id = ?", id) == 1;
    }

    @Override
    public boolean holds(String id) throws IOException {
        return connections.run(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM " + table + " WHERE id = ?")) {
                query.setString(1, id);
                try (ResultSet rows = query.executeQuery()) {
                    return rows.next();
                }
            }
        });
    }

    @Override
    public void end(String id) throws IOException {
        update("DELETE FROM " + table + " WHERE id = ?", id);
    }

    private int update(String text, String id) throws IOException {
        return connections.run(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(text)) {
                statement.setString(1, id);
                return statement.executeUpdate();
            }
        });
    }
}
