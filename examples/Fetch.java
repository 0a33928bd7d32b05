import java.util.Random;
import libp2p.ipfs.IpfsOptions;
import libp2p.ipfs.IpfsPeer;
import libp2p.ipfs.NetworkGraph;
import libp2p.ipfs.Role;
import libp2p.multiformats.Cid;

/** Content that one peer adds and another one fetches by its CID, first from the peer, then from its own store. */
void main() throws Exception {
    IpfsOptions options = IpfsOptions.DEFAULT.withListen("/ip4/127.0.0.1/tcp/0").withKadPrefix("/example");
    byte[] data = new byte[1_000_000];
    new Random(1).nextBytes(data);
    try (IpfsPeer master = IpfsPeer.start(Role.MASTER, options);
            IpfsPeer worker = IpfsPeer.start(Role.WORKER, options)) {
        Cid cid = master.add(data);
        System.out.println("added " + cid);
        worker.connect(master.host().fullAddresses().getFirst().toString());
        for (int i = 0; i < 2; i++) {
            if (!java.util.Arrays.equals(worker.contentByCid(cid.toString()), data)) {
                throw new AssertionError("other bytes");
            }
        }
        System.out.println(worker.routing().metrics());
        System.out.println(NetworkGraph.merge(java.util.List.of(master.graph(), worker.graph())).json());
        System.out.println(worker.routing().metrics().cacheHits() == 1 ? "fetched once and read twice" : "fetched twice");
    }
}
