import java.io.InputStream;
import java.net.URI;
import javax.sql.DataSource;
import libp2p.Libp2p;
import libp2p.bitswap.Bitswap;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockWriter;
import libp2p.blocks.Pins;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.multiformats.Cid;
import libp2p.stores.S3BlockStore;
import libp2p.stores.S3Options;
import libp2p.stores.SharedStoreLimits;
import libp2p.stores.SqlBlockStore;
import libp2p.stores.SqlDatastore;
import libp2p.system.SystemEnvironment;

/** Adds a file to a bucket that several nodes serve; the pins are in a database that all of them share. */
static Cid add(InputStream file, S3Options bucket, DataSource database) throws Exception {
    Environment environment = SystemEnvironment.shared();
    try (BlockStore blocks = S3BlockStore.open(environment, bucket, SharedStoreLimits.DEFAULT);
            Datastore records = SqlDatastore.open(database, "pins");
            Host host = Libp2p.host()
                    .listen("/ip4/0.0.0.0/tcp/4001")
                    .with(Bitswap.over(blocks))
                    .start();
            BlockWriter writer = new BlockWriter(environment, blocks)) {
        Cid cid = new FileImporter(ImportOptions.V1_2025, writer).add(file).cid();
        new Pins(records, blocks).add(cid, Pins.Kind.RECURSIVE, writer);
        return cid;
    }
}

/** Blocks in PostgreSQL instead of a bucket. */
static BlockStore inDatabase(DataSource database) throws Exception {
    return SqlBlockStore.open(SystemEnvironment.shared(), database, "blocks", SharedStoreLimits.DEFAULT);
}

void main() {
    S3Options bucket = new S3Options(
            URI.create("https://s3.example.org"), "us-east-1", "blocks", "node/", "ACCESS-KEY", "SECRET-KEY");
    System.out.println("add() takes a bucket such as " + bucket + " and a pool of connections to PostgreSQL");
}
