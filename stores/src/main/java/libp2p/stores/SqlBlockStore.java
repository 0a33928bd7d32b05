package libp2p.stores;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
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
 * committed when {@code put} returns. Blocks are not deleted within a time of grace, see {@link Limits}; what a
 * lease is to keep is dated anew. Thread-safe.
 */
public final class SqlBlockStore implements BlockStore {
    private static final int VISITED_AT_ONCE = 1000;

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
        byte[] last = {};
        List<Sized> some;
        do {
            byte[] after = last;
            some = connections.run(connection -> after(connection, after));
            for (Sized one : some) {
                visitor.block(Multihash.fromBytes(one.hash), one.bytes);
                last = one.hash;
            }
        } while (some.size() == VISITED_AT_ONCE);
    }

    private record Sized(byte[] hash, int bytes) {}

    /** The next blocks behind a hash: no connection is held while a visitor has them. */
    private List<Sized> after(Connection connection, byte[] hash) throws SQLException {
        List<Sized> some = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT hash, octet_length(data) FROM " + table
                + " WHERE hash > ? ORDER BY hash LIMIT " + VISITED_AT_ONCE)) {
            query.setBytes(1, hash);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    some.add(new Sized(rows.getBytes(1), rows.getInt(2)));
                }
            }
        }
        return some;
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
        return new Lease() {
            @Override
            public void keep(Collection<Multihash> hashes) throws IOException {
                touch(hashes);
            }

            @Override
            public void close() {
                // what was dated anew is young for a while longer
            }
        };
    }

    /** Dates blocks anew, as far as they are here. */
    private void touch(Collection<Multihash> hashes) throws IOException {
        List<Multihash> sorted = new ArrayList<>(hashes);
        sorted.sort(null); // two writers never wait for each other
        connections.transact(connection -> {
            try (PreparedStatement touch =
                    connection.prepareStatement("UPDATE " + table + " SET written = now() WHERE hash = ?")) {
                for (Multihash hash : sorted) {
                    touch.setBytes(1, hash.toBytes());
                    touch.addBatch();
                }
                touch.executeBatch();
                return true;
            }
        });
    }

    @Override
    public void close() {
        connections.close();
    }
}
