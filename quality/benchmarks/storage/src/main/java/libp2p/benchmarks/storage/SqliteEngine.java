package libp2p.benchmarks.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.BiConsumer;

/** SQLite with a write-ahead log that is synced at each commit. */
final class SqliteEngine implements Engine {
    private final Connection connection;
    private final PreparedStatement insert;

    SqliteEngine(Path folder) throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("store.db"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma journal_mode=wal");
            statement.execute("pragma synchronous=full");
            statement.execute("create table if not exists data (k blob primary key, v blob) without rowid");
        }
        connection.setAutoCommit(false);
        insert = connection.prepareStatement("insert or replace into data values (?, ?)");
    }

    @Override
    public synchronized void write(List<Entry> entries) throws SQLException {
        for (Entry entry : entries) {
            insert.setBytes(1, entry.key());
            insert.setBytes(2, entry.value());
            insert.addBatch();
        }
        insert.executeBatch();
        connection.commit();
    }

    @Override
    public void scan(BiConsumer<byte[], byte[]> consumer) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select k, v from data order by k")) {
            while (rows.next()) {
                consumer.accept(rows.getBytes(1), rows.getBytes(2));
            }
        }
    }

    @Override
    public void close() throws SQLException {
        insert.close();
        connection.close();
    }
}
