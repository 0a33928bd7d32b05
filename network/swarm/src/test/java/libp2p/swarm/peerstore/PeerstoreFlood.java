package libp2p.swarm.peerstore;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.Peerstore.Source;
import libp2p.core.record.PeerRecord;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.testing.Peers;
import libp2p.system.SystemEnvironment;

/** A program that floods a peerstore with the default limits, to be run under a small heap. */
final class PeerstoreFlood {
    private PeerstoreFlood() {}

    /** @param arguments number of peers, and how many of them come with a signed record */
    public static void main(String[] arguments) {
        int peers = Integer.parseInt(arguments[0]);
        int records = Integer.parseInt(arguments[1]);
        MemoryPeerstore store = new MemoryPeerstore(SystemEnvironment.shared());
        PeerId friend = Peers.id(-1);
        store.addAddresses(friend, List.of(Peers.address(7)), Source.IDENTIFY, MemoryPeerstore.CONNECTED);
        for (int i = 0; i < peers; i++) {
            PeerId peer = Peers.id(i);
            store.addAddresses(
                    peer, List.of(address(i), address(i + 1), address(i + 2)), Source.ROUTING, Duration.ofHours(1));
            store.putMetadata(peer, "agent", "kubo/0.43.0/" + i);
            store.setProtocols(peer, List.of("/ipfs/kad/1.0.0/" + i, "/ipfs/id/1.0.0/" + i));
            store.expireAddresses(peer, MemoryPeerstore.RECENTLY_CONNECTED); // as when its connection has ended
        }
        for (int i = 0; i < records; i++) {
            Identity identity = Identity.generate(SystemEnvironment.shared());
            store.consume(PeerRecord.seal(identity, 1, List.of(address(i))), Duration.ofHours(1));
        }
        if (!store.addresses(friend).equals(List.of(Peers.address(7)))) {
            throw new AssertionError("the connected peer was forgotten");
        }
        System.out.println(
                "known " + store.peers().size() + ", records " + store.records() + ", bytes " + store.bytes());
    }

    private static Multiaddr address(int i) {
        byte[] bytes = ByteBuffer.allocate(8)
                .put((byte) 4)
                .putInt(i)
                .put((byte) 6)
                .putShort((short) 4001)
                .array();
        return Multiaddr.fromBytes(bytes);
    }
}
