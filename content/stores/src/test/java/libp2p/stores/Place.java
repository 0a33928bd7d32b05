package libp2p.stores;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import libp2p.blocks.BlockStore;
import libp2p.core.environment.Environment;
import libp2p.multiformats.Cid;

/** A store that nodes share, whose clock and content tests can change. */
interface Place extends AutoCloseable {
    BlockStore open(Environment environment, SharedStoreLimits limits) throws Exception;

    /** Time passes by the clock of the store. */
    void pass(Duration time) throws Exception;

    /** The data of a block changes without its date. */
    void damage(Cid cid) throws Exception;

    @Override
    void close() throws Exception;

    /** In memory. */
    static Place s3() throws Exception {
        FakeS3 server = new FakeS3();
        return new Place() {
            @Override
            public BlockStore open(Environment environment, SharedStoreLimits limits) throws Exception {
                return S3BlockStore.open(environment, server.options("blocks/"), limits);
            }

            @Override
            public void pass(Duration time) {
                server.pass(time);
            }

            @Override
            public void damage(Cid cid) {
                server.damage(HexFormat.of().formatHex(cid.hash().toBytes()));
            }

            @Override
            public void close() throws Exception {
                server.close();
            }
        };
    }

    /** A table of a database that runs; everything in it grows older, as if time passed. */
    static Place sql(int port, String table) {
        return new Place() {
            @Override
            public BlockStore open(Environment environment, SharedStoreLimits limits) throws Exception {
                return SqlBlockStore.open(environment, Servers.source(port), table, limits);
            }

            @Override
            public void pass(Duration time) throws Exception {
                String older = " - interval '" + time.toMillis() + " milliseconds'";
                try (Connection connection = Servers.source(port).getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.execute("UPDATE " + table + " SET written = written" + older);
                    statement.execute(
                            "UPDATE " + table + "_leases SET begun = begun" + older + ", renewed = renewed" + older);
                }
            }

            @Override
            public void damage(Cid cid) throws Exception {
                try (Connection connection = Servers.source(port).getConnection();
                        PreparedStatement statement =
                                connection.prepareStatement("UPDATE " + table + " SET data = ? WHERE hash = ?")) {
                    statement.setBytes(1, new byte[] {1});
                    statement.setBytes(2, cid.hash().toBytes());
                    statement.executeUpdate();
                }
            }

            @Override
            public void close() {}
        };
    }
}
