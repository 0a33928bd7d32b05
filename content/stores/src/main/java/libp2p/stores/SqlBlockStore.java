package libp2p.stores;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import libp2p.blocks.BlockStore;
import libp2p.core.environment.Environment;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Blocks in one table of PostgreSQL, or of a database that speaks its SQL, for several nodes at a time. Blocks are
 * committed when {@code put} returns. They are checked when they are read; a damaged one counts as missing, until it is
 * put again. Leases are recorded in a second table, whose name ends with {@code _leases}, where all nodes see them: no
 * node removes what another one writes or keeps under a lease, nor what was written within a time of grace, see {@link
 * SharedStoreLimits}. Thread-safe.
 */
public final class SqlBlockStore implements BlockStore {
    private static final int VISITED_AT_ONCE = 1000;

    private final SqlConnections connections;
    private final String table;
    private final SharedStoreLimits limits;
    private final SharedLeases leases;
    private final LostBlocks lost;

    private SqlBlockStore(Environment environment, SqlConnections connections, String table, SharedStoreLimits limits) {
        this.connections = connections;
        this.table = table;
        this.limits = limits;
        leases = new SharedLeases(environment, limits, new SqlLeases(connections, table, limits), this::date);
        lost = new LostBlocks("sql " + table);
    }

    /**
     * Opens a store, making its tables if there are none; blocks.
     *
     * @param table its name: letters, digits and underscores
     */
    public static SqlBlockStore open(Environment environment, DataSource source, String table, SharedStoreLimits limits)
            throws IOException {
        SqlConnections connections = new SqlConnections("blocks " + SqlText.checked(table), source, limits.atOnce());
        connections.run(connection -> {
            SqlText.create(
                    connection,
                    "CREATE TABLE IF NOT EXISTS " + table
                            + " (hash BYTEA PRIMARY KEY, data BYTEA NOT NULL, written TIMESTAMPTZ NOT NULL DEFAULT"
                            + " now())");
            SqlLeases.create(connection, table);
            return true;
        });
        return new SqlBlockStore(environment, connections, table, limits);
    }

    @Override
    public byte @Nullable [] find(Cid cid) throws IOException {
        if (Block.isInherent(cid)) {
            return Block.inherent(cid);
        }
        byte[] data = connections
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
        if (data == null) {
            return null;
        }
        try {
            return Block.verified(cid, data).data();
        } catch (MalformedException e) {
            lost.add(cid.hash(), "table " + table, e);
            return null;
        }
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
                    return rows.next() && !lost.has(cid.hash()) ? rows.getInt(1) : -1;
                }
            }
        });
    }

    /** The data of a block that exists is compared, so that one that is damaged is healed. */
    @Override
    public void putAll(List<Block> blocks) throws IOException {
        leases.check();
        List<Block> stored = Incoming.admitted(blocks, this, limits);
        stored.sort((a, b) -> a.cid().hash().compareTo(b.cid().hash())); // two writers never wait for each other
        connections.transact(connection -> {
            try (PreparedStatement put = connection.prepareStatement("INSERT INTO " + table
                    + " AS old (hash, data) VALUES (?, ?) ON CONFLICT (hash) DO UPDATE SET written = now(), data ="
                    + " CASE WHEN old.data = EXCLUDED.data THEN old.data ELSE EXCLUDED.data END")) {
                for (Block block : stored) {
                    put.setBytes(1, block.cid().hash().toBytes());
                    put.setBytes(2, block.data());
                    put.addBatch();
                }
                put.executeBatch();
                return true;
            }
        });
        lost.healed(stored);
        leases.check();
    }

    private void date(Collection<Multihash> hashes) throws IOException {
        each("UPDATE " + table + " SET written = now() WHERE hash = ?", hashes, statement -> {});
    }

    /** The condition is looked at by the database when it removes the row: a block that is put meanwhile stays. */
    @Override
    public List<Multihash> delete(Collection<Multihash> hashes) throws IOException {
        try (Lease lease = lease()) {
            OffsetDateTime oldest = leases.horizon().minus(limits.grace()).atOffset(ZoneOffset.UTC);
            return each(
                    "DELETE FROM " + table + " WHERE hash = ? AND written < ?",
                    hashes,
                    statement -> statement.setObject(2, oldest));
        }
    }

    @FunctionalInterface
    private interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    /** Does something for blocks whose hash is the first parameter, in an order that all have; those that it was done for. */
    private List<Multihash> each(String text, Collection<Multihash> hashes, Parameters parameters) throws IOException {
        List<Multihash> sorted = hashes.stream().sorted().toList();
        return connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(text)) {
                for (Multihash hash : sorted) {
                    statement.setBytes(1, hash.toBytes());
                    parameters.set(statement);
                    statement.addBatch();
                }
                int[] rows = statement.executeBatch();
                return IntStream.range(0, rows.length)
                        .filter(i -> rows[i] == 1)
                        .mapToObj(sorted::get)
                        .toList();
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
        return leases.take();
    }

    @Override
    public void close() {
        leases.close();
        connections.close();
    }
}
