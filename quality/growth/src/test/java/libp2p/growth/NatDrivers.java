package libp2p.growth;

import static libp2p.growth.Messages.address;
import static libp2p.growth.Messages.peerId;
import static libp2p.growth.Messages.protobuf;

import java.util.List;
import java.util.random.RandomGenerator;
import libp2p.core.host.Host;
import libp2p.nat.Nat;
import libp2p.nat.autonat.v1.DialBackServer;
import libp2p.nat.autonat.v2.ProbeClient;
import libp2p.nat.autonat.v2.ProbeServer;
import libp2p.nat.dcutr.HolePuncher;
import libp2p.nat.relay.RelayClient;
import libp2p.nat.relay.RelayLimits;
import libp2p.nat.relay.RelayServer;

/** Drivers of the protocols that serve hosts behind routers. */
final class NatDrivers {
    private NatDrivers() {}

    static List<HostileDriver> all() {
        return List.of(autoNat(), relay());
    }

    private static HostileDriver autoNat() {
        return new StreamDriver("AutoNAT", DialBackServer.class, ProbeServer.class, ProbeClient.class)
                .on(
                        DialBackServer.PROTOCOL,
                        (random, stranger) -> protobuf(out -> out.enumeration(1, 0)
                                .message(2, dial -> dial.message(1, peer -> peer.bytes(
                                                1, stranger.peerId().toBytes())
                                        .bytes(2, stranger.addresses().getFirst().toBytes())
                                        .bytes(2, address(random).toBytes())))))
                .on(
                        ProbeServer.PROTOCOL,
                        (random, stranger) -> protobuf(out -> out.message(
                                1,
                                dial -> dial.bytes(1, address(random).toBytes())
                                        .bytes(1, stranger.addresses().getFirst().toBytes())
                                        .fixed64(2, random.nextLong()))))
                .on(
                        ProbeServer.DIAL_BACK_PROTOCOL,
                        (random, stranger) -> protobuf(out -> out.fixed64(1, random.nextLong())))
                .victim(host -> host.with(Nat.create().withAutoNatService()));
    }

    private static byte[] hop(RandomGenerator random, Host stranger) {
        boolean reserve = random.nextBoolean();
        return protobuf(out -> {
            out.enumeration(1, reserve ? 0 : 1);
            if (!reserve) {
                out.message(2, peer -> peer.bytes(1, peerId(random))
                        .bytes(2, address(random).toBytes()));
            }
        });
    }

    private static HostileDriver relay() {
        return new StreamDriver("relay and hole punching", RelayServer.class, RelayClient.class, HolePuncher.class)
                .limit("relay.requests.keys", 64)
                .on(RelayClient.HOP_PROTOCOL, NatDrivers::hop)
                .on(
                        RelayClient.STOP_PROTOCOL,
                        (random, stranger) -> protobuf(out -> out.enumeration(1, 0)
                                .message(2, peer -> peer.bytes(1, peerId(random)))
                                .message(3, limit -> limit.uint64(1, 60).uint64(2, 1000))))
                .on(
                        HolePuncher.PROTOCOL,
                        (random, stranger) -> protobuf(out ->
                                out.enumeration(1, 100).bytes(2, address(random).toBytes())))
                .victim(host -> host.with(Nat.create().withRelayService(RelayLimits.DEFAULT)));
    }
}
