package libp2p.growth;

import static libp2p.growth.Messages.bytes;
import static libp2p.growth.Messages.cid;
import static libp2p.growth.Messages.framed;
import static libp2p.growth.Messages.protobuf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import libp2p.bitswap.Bitswap;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.host.Host;
import libp2p.graphsync.GraphSync;
import libp2p.ipfs.Attestations;
import libp2p.ipfs.RemotePins;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.multiformats.Cid;

/** Drivers of the protocols that exchange content. */
final class ContentDrivers {
    private static final DagCbor CBOR = new DagCbor();

    private ContentDrivers() {}

    static List<HostileDriver> all() {
        return List.of(bitswap(), graphSync(), attestations(), pins());
    }

    private static MemoryBlockStore store() {
        return new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    }

    private static byte[] wants(RandomGenerator random, Host stranger) {
        return protobuf(out -> {
            out.message(1, list -> {
                for (int i = 0; i < 10; i++) {
                    list.message(
                            1,
                            entry -> entry.bytes(1, cid(random))
                                    .int32(2, random.nextInt(100))
                                    .bool(3, random.nextInt(4) == 0)
                                    .enumeration(4, random.nextInt(2))
                                    .bool(5, random.nextBoolean()));
                }
            });
            if (random.nextInt(4) == 0) {
                out.message(4, presence -> presence.bytes(1, cid(random)).enumeration(2, random.nextInt(2)));
            }
            if (random.nextInt(8) == 0) {
                out.message(
                        3,
                        block ->
                                block.bytes(1, new byte[] {1, 0x55, 0x12, 0x20}).bytes(2, bytes(random, 50)));
            }
        });
    }

    private static HostileDriver bitswap() {
        StreamDriver driver =
                new StreamDriver("Bitswap", Bitswap.class).victim(host -> host.with(Bitswap.over(store())));
        for (String protocol :
                List.of("/ipfs/bitswap/1.2.0", "/ipfs/bitswap/1.1.0", "/ipfs/bitswap/1.0.0", "/ipfs/bitswap")) {
            driver.on(protocol, ContentDrivers::wants).answers(protocol, ContentDrivers::wants);
        }
        return driver;
    }

    private static Node map(Object... entries) {
        SequencedMap<String, Node> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put((String) entries[i], (Node) entries[i + 1]);
        }
        return new Node.Mapping(map);
    }

    /** Requests for a root that is not here, cancels, and a response that was not asked for. */
    private static byte[] requests(RandomGenerator random, Host stranger) {
        Node id = new Node.Bytes(bytes(random, 16));
        Node matcher = map(".", map());
        Node wanted = map(
                "id",
                id,
                "type",
                Node.of("n"),
                "pri",
                Node.of(1),
                "root",
                new Node.Link(Cid.fromBytes(cid(random))),
                "sel",
                matcher);
        Node cancelled = map("id", new Node.Bytes(bytes(random, 16)), "type", Node.of("c"));
        Node response = map("reqid", new Node.Bytes(bytes(random, 16)), "stat", Node.of(20));
        Node message = random.nextInt(4) == 0
                ? map("req", Node.list(wanted, cancelled), "rsp", Node.list(response))
                : map("req", Node.list(wanted, cancelled));
        return framed(CBOR.encode(map("gs2", message)));
    }

    private static HostileDriver graphSync() {
        return new StreamDriver("GraphSync", GraphSync.class)
                .on("/ipfs/graphsync/2.0.0", ContentDrivers::requests)
                .answers("/ipfs/graphsync/2.0.0", ContentDrivers::requests)
                .victim(host -> host.with(GraphSync.over(store())));
    }

    private static HostileDriver attestations() {
        return new StreamDriver("attestations", Attestations.class)
                .on(Attestations.PROTOCOL, (random, stranger) -> framed(cid(random)))
                .victim(host -> host.with(new Attestations()));
    }

    private static byte[] pin(RandomGenerator random, Host stranger) {
        String[] operations = {"ls", "add", "rm"};
        return framed(CBOR.encode(
                map("op", Node.of(operations[random.nextInt(3)]), "cid", new Node.Link(Cid.fromBytes(cid(random))))));
    }

    /** Each stranger is trusted while it is there. */
    private static HostileDriver pins() {
        return new StreamDriver("pins of other peers", RemotePins.class, Drivers.hidden("libp2p.ipfs.PeerParts"))
                .on(RemotePins.PROTOCOL, ContentDrivers::pin)
                .on(Scene.CAPABILITY, (random, stranger) -> bytes(random, 40))
                .wholePeer()
                .meeting((victim, stranger) -> {
                    RemotePins pins = victim.part(RemotePins.class);
                    pins.trust(stranger.peerId());
                    return () -> pins.distrust(stranger.peerId());
                });
    }
}
