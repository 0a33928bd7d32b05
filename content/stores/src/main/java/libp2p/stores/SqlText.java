package libp2p.stores;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The statements that the stores send to a database. */
final class SqlText {
    private static final String ALREADY_THERE = "23505";
    private static final String DUPLICATE_TABLE = "42P07";

    private SqlText() {}

    /** The name of a table, which stands in statements as it is. */
    static String checked(String table) {
        if (!table.matches("[A-Za-z_][A-Za-z0-9_]{0,59}")) {
            throw new IllegalArgumentException("no name of a table");
        }
        return table;
    }

    /** Makes a table that another node may be making now. */
    static void create(Connection connection, String statement) throws SQLException {
        try (Statement create = connection.createStatement()) {
            create.execute(statement);
        } catch (SQLException e) {
            if (!ALREADY_THERE.equals(e.getSQLState()) && !DUPLICATE_TABLE.equals(e.getSQLState())) {
                throw e;
            }
        }
    }
}
