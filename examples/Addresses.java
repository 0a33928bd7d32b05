import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.system.SystemEnvironment;

/** Names and addresses of peers, without a network. */
void main() {
    Identity identity = Identity.generate(SystemEnvironment.shared());
    PeerId id = identity.peerId();
    System.out.println(PeerId.parse(id.toString()).equals(id)); // the text is the whole id
    System.out.println(id.matches(identity.publicKey())); // a key proves an id

    Multiaddr listening = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");
    Multiaddr full = listening.encapsulate(Multiaddr.parse("/p2p/" + id));
    System.out.println(full.value(Protocol.TCP)); // 4001
    System.out.println(full.withoutPeer().equals(listening)); // true

    PeerAddress peer = PeerAddress.parse(full.toString());
    System.out.println(peer.peer().equals(id) && peer.addresses().getFirst().equals(listening) ? "the same peer" : "other");
}
