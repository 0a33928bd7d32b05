package libp2p.stores;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import libp2p.blocks.BlockStore;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Blocks in one table of PostgreSQL, or of a database that speaks its SQL, for several nodes at a time. Blocks are
 * committed when {@code put} returns. Leases do nothing: blocks are not deleted within a time of grace, see {@link
 * Limits}. Thread-safe.
 */
public final class SqlBlockStore implements BlockStore {
    private final SqlConnections connections;
    private final String table;
    private final Limits limits;

    private SqlBlockStore(SqlConnections connections, String table, Limits limits) {
        this.connections = connections;
        this.table = table;
        this.limits = limits;
    }

    /**
     * Opens a store, making its table if there is none; blocks.
     *
     * @param table its name: letters, digits and underscores
     */
    public static SqlBlockStore open(DataSource source, String table, Limits limits) throws IOException {
        SqlConnections connections = new SqlConnections("blocks " + SqlText.checked(table), source, limits.atOnce());
        connections.run(connection -> {
            SqlText.create(
                    connection,
                    "CREATE TABLE IF NOT EXISTS " + table
                            + " (hash BYTEA PRIMARY KEY, data BYTEA NOT NULL, written TIMESTAMPTZ NOT NULL DEFAULT"
                            + " now())");
            return true;
        });
        return new SqlBlockStore(connections, table, limits);
    }

    @Override
    public byte @Nullable [] find(Cid cid) throws IOException {
        if (Block.isInherent(cid)) {
            return Block.inherent(cid);
        }
        return connections
                .<Optional<byte[]>>run(connection -> {
                    try (PreparedStatement query =
                            connection.prepareStatement("SELECT data FROM " + table + " WHERE hash = ?")) {
                        query.setBytes(1, cid.hash().toBytes());
                        try (ResultSet rows = query.executeQuery()) {
                            return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.<byte[]>empty();
                        }
                    }
                })
                .orElse(null);
    }

    @Override
    public int size(Cid cid) throws IOException {
        if (Block.isInherent(cid)) {
            return Block.inherent(cid).length;
        }
        return connections.run(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT octet_length(data) FROM " + table + " WHERE hash = ?")) {
                query.setBytes(1, cid.hash().toBytes());
                try (ResultSet rows = query.executeQuery()) {
                    return rows.next() ? rows.getInt(1) : -1;
                }
            }
        });
    }

    @Override
    public void putAll(List<Block> blocks) throws IOException {
        List<Block> stored = Incoming.admitted(blocks, this, limits);
        stored.sort((a, b) -> a.cid().hash().compareTo(b.cid().hash())); // two writers never wait for each other
        connections.transact(connection -> {
            try (PreparedStatement put = connection.prepareStatement("INSERT INTO " + table
                    + " (hash, data) VALUES (?, ?) ON CONFLICT (hash) DO UPDATE SET written = now()")) {
                for (Block block : stored) {
                    put.setBytes(1, block.cid().hash().toBytes());
                    put.setBytes(2, block.data());
                    put.addBatch();
                }
                put.executeBatch();
                return true;
            }
        });
    }

    @Override
    public void delete(Collection<Multihash> hashes) throws IOException {
        connections.transact(connection -> {
            try (PreparedStatement delete = connection.prepareStatement(
                    "DELETE FROM " + table + " WHERE hash = ? AND written <= now() - make_interval(secs => ?)")) {
                for (Multihash hash : hashes) {
                    delete.setBytes(1, hash.toBytes());
                    delete.setDouble(2, limits.grace().toMillis() / 1000.0);
                    delete.addBatch();
                }
                delete.executeBatch();
                return true;
            }
        });
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        connections.transact(connection -> {
            visit(connection, visitor);
            return true;
        });
    }

    private void visit(Connection connection, Visitor visitor) throws java.sql.SQLException, IOException {
        try (PreparedStatement query = connection.prepareStatement("SELECT hash, octet_length(data) FROM " + table)) {
            query.setFetchSize(1000);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    visitor.block(Multihash.fromBytes(rows.getBytes(1)), rows.getInt(2));
                }
            }
        }
    }

    @Override
    public Usage usage() throws IOException {
        return connections.run(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                            "SELECT count(*), coalesce(sum(octet_length(data)), 0) FROM " + table);
                    ResultSet rows = query.executeQuery()) {
                rows.next();
                return new Usage(rows.getLong(1), rows.getLong(2));
            }
        });
    }

    @Override
    public Lease lease() {
        return () -> {};
    }

    @Override
    public void close() {
        connections.close();
    }
}
