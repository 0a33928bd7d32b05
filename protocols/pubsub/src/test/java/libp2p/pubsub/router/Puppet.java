package libp2p.pubsub.router;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.network.HonestNode;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.network.RouterNetwork.Member;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;

/** A peer that does what a test says and keeps what it is sent. */
final class Puppet implements Member {
    private final RouterNetwork network;
    private final PeerId id;
    private final InetAddress address;
    final List<Rpc> received = new ArrayList<>();
    private long sequence;

    Puppet(RouterNetwork network, String name, int address) {
        this.network = network;
        this.id = RouterNetwork.id(name);
        this.address = RouterNetwork.address(address);
        network.add(this);
    }

    @Override
    public PeerId id() {
        return id;
    }

    @Override
    public InetAddress address() {
        return address;
    }

    @Override
    public void connected(Member other, boolean outbound, Version version) {}

    @Override
    public void disconnected(Member other) {}

    @Override
    public void receive(Member from, Rpc rpc) {
        received.add(rpc);
    }

    void tell(HonestNode node, Rpc rpc) {
        node.receive(this, rpc);
    }

    void subscribe(HonestNode node, String topic) {
        tell(node, Rpc.of(List.of(new Rpc.Subscription(true, topic))));
    }

    void graft(HonestNode node, String topic) {
        tell(
                node,
                Rpc.of(new Rpc.Control(
                        List.of(), List.of(), List.of(new Rpc.Graft(topic)), List.of(), List.of(), null)));
    }

    void prune(HonestNode node, String topic, long backoff) {
        tell(
                node,
                Rpc.of(new Rpc.Control(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(new Rpc.Prune(topic, List.of(), backoff)),
                        List.of(),
                        null)));
    }

    void have(HonestNode node, String topic, List<MessageId> ids) {
        tell(
                node,
                Rpc.of(new Rpc.Control(
                        List.of(new Rpc.IHave(topic, ids)), List.of(), List.of(), List.of(), List.of(), null)));
    }

    void want(HonestNode node, List<MessageId> ids) {
        tell(
                node,
                Rpc.of(new Rpc.Control(List.of(), List.of(new Rpc.IWant(ids)), List.of(), List.of(), List.of(), null)));
    }

    void dontWant(HonestNode node, List<MessageId> ids) {
        tell(
                node,
                Rpc.of(new Rpc.Control(
                        List.of(), List.of(), List.of(), List.of(), List.of(new Rpc.IDontWant(ids)), null)));
    }

    Message message(String topic, int size) {
        byte[] number = ByteBuffer.allocate(8).putLong(++sequence).array();
        return new Message(id.toBytes(), new byte[size], number, topic, null, null);
    }

    /** The received messages, by kind. */
    List<Rpc.Prune> prunes() {
        return received.stream().flatMap(rpc -> rpc.control().prunes().stream()).toList();
    }

    List<Rpc.Graft> grafts() {
        return received.stream().flatMap(rpc -> rpc.control().grafts().stream()).toList();
    }

    List<MessageId> haves() {
        return received.stream()
                .flatMap(rpc -> rpc.control().haves().stream())
                .flatMap(have -> have.ids().stream())
                .toList();
    }

    List<MessageId> wants() {
        return received.stream()
                .flatMap(rpc -> rpc.control().wants().stream())
                .flatMap(want -> want.ids().stream())
                .toList();
    }

    List<MessageId> dontWants() {
        return received.stream()
                .flatMap(rpc -> rpc.control().dontWants().stream())
                .flatMap(want -> want.ids().stream())
                .toList();
    }

    List<Message> messages() {
        return received.stream().flatMap(rpc -> rpc.messages().stream()).toList();
    }
}
