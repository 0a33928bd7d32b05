package libp2p.growth;

import static libp2p.growth.Messages.address;
import static libp2p.growth.Messages.bare;
import static libp2p.growth.Messages.bytes;
import static libp2p.growth.Messages.join;
import static libp2p.growth.Messages.name;
import static libp2p.growth.Messages.peerId;
import static libp2p.growth.Messages.protobuf;
import static libp2p.growth.Messages.text;

import java.util.List;
import java.util.random.RandomGenerator;
import libp2p.core.host.Host;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.record.PeerRecord;
import libp2p.discovery.rendezvous.RendezvousService;
import libp2p.discovery.rendezvous.RendezvousLimits;
import libp2p.growth.StreamDriver.Message;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;

/** Drivers of the DHT, of publish and subscribe, and of rendezvous. */
final class RoutingDrivers {
    private static final String KAD = "/growth/kad/1.0.0";
    private static final String RENDEZVOUS = "/rendezvous/1.0.0";
    private static final String TOPIC = "growth";

    private RoutingDrivers() {}

    static List<HostileDriver> all() {
        return List.of(dht(), pubSub(), rendezvous());
    }

    /** PUT_VALUE of the stranger's own key, GET_VALUE, ADD_PROVIDER, GET_PROVIDERS, FIND_NODE, PING. */
    private static byte[] request(RandomGenerator random, Host stranger) {
        int type = random.nextInt(6);
        byte[] own = join(text("/pk/"), stranger.peerId().toBytes());
        byte[] key = type == 0 ? own : type == 1 ? join(text("/pk/"), peerId(random)) : peerId(random);
        return protobuf(out -> {
            out.enumeration(1, type).bytes(2, key);
            if (type == 0) {
                out.message(3, record -> record.bytes(1, own)
                        .bytes(2, stranger.identity().publicKey().toProtobuf()));
            } else if (type == 2) {
                out.message(9, peer -> peer.bytes(1, stranger.peerId().toBytes())
                        .bytes(2, address(random).toBytes()));
            }
        });
    }

    private static byte[] answer(RandomGenerator random, Host stranger) {
        return protobuf(out -> {
            out.enumeration(1, 4);
            for (int i = 0; i < 10; i++) {
                out.message(8, peer -> peer.bytes(1, peerId(random))
                        .bytes(2, address(random).toBytes()));
            }
        });
    }

    private static HostileDriver dht() {
        return new StreamDriver("DHT", Dht.class)
                .limit("kad.store.records", 16)
                .limit("kad.store.providers", 16)
                .limit("kad.store.remembered", 16)
                .limit("kad.serving.writers", 16)
                .on(KAD, RoutingDrivers::request)
                .answers(KAD, RoutingDrivers::answer)
                .victim(host -> host.with(Kad.server().withPrefix("/growth").withoutLocal()));
    }

    private static byte[] rpc(RandomGenerator random, Host stranger) {
        return protobuf(out -> {
            out.message(1, topic -> topic.bool(1, true).string(2, name(random)));
            out.message(1, topic -> topic.bool(1, true).string(2, TOPIC));
            byte[] id = bytes(random, 8);
            byte[] message = bare(signed -> message(id, stranger, signed));
            byte[] signature =
                    stranger.identity().key().sign(join(text("libp2p-pubsub:"), message));
            out.message(2, published -> {
                message(id, stranger, published);
                published.bytes(5, signature);
            });
            out.message(3, control -> control.message(1, ihave -> ihave.string(1, TOPIC)
                            .bytes(2, bytes(random, 20)))
                    .message(2, iwant -> iwant.bytes(1, bytes(random, 20)))
                    .message(3, graft -> graft.string(1, random.nextBoolean() ? TOPIC : name(random)))
                    .message(4, prune -> prune.string(1, TOPIC)
                            .message(2, peer -> peer.bytes(1, peerId(random)))
                            .uint64(3, 60))
                    .message(5, idontwant -> idontwant.bytes(1, bytes(random, 20))));
        });
    }

    private static void message(byte[] id, Host stranger, ProtobufWriter out) {
        out.bytes(1, stranger.peerId().toBytes())
                .bytes(2, join(id, id))
                .bytes(3, id)
                .string(4, TOPIC);
    }

    private static HostileDriver pubSub() {
        StreamDriver driver = new StreamDriver("publish and subscribe", PubSubService.class)
                .limit("pubsub.state.seen", 16)
                .limit("pubsub.state.cached-bytes", 4096)
                .limit("pubsub.state.backoffs", 16)
                .limit("pubsub.state.retained-scores", 16)
                .limit("pubsub.state.promises", 16)
                .victim(host -> host.with(GossipSub.create()))
                .meeting((victim, stranger) -> GossipSub.on(victim).subscribe(TOPIC, message -> {}));
        for (String protocol : List.of("/meshsub/1.3.0", "/meshsub/1.1.0", "/floodsub/1.0.0")) {
            driver.on(protocol, RoutingDrivers::rpc).answers(protocol, RoutingDrivers::rpc);
        }
        return driver;
    }

    /** REGISTER of a new namespace, UNREGISTER, DISCOVER. */
    private static byte[] registration(RandomGenerator random, Host stranger) {
        int type = random.nextInt(3);
        return protobuf(out -> {
            switch (type) {
                case 0 ->
                    out.enumeration(1, 0).message(2, register -> register.string(1, name(random))
                            .bytes(
                                    2,
                                    PeerRecord.seal(stranger.identity(), random.nextInt(1 << 20), List.of(address(random)))
                                            .toBytes())
                            .uint64(3, 7200));
                case 1 -> out.enumeration(1, 2).message(4, end -> end.string(1, name(random)));
                default ->
                    out.enumeration(1, 3)
                            .message(5, discover -> discover.string(1, name(random)).uint64(2, 10));
            }
        });
    }

    private static HostileDriver rendezvous() {
        return new StreamDriver("rendezvous", RendezvousService.class)
                .limit("rendezvous.per-peer", 4)
                .limit("rendezvous.registrations", 16)
                .on(RENDEZVOUS, RoutingDrivers::registration)
                .victim(host -> host.with(RendezvousService.family(RendezvousLimits.DEFAULT)));
    }
}
