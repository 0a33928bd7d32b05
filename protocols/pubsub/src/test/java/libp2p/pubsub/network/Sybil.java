package libp2p.pubsub.network;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.network.AttackField.Regraft;
import libp2p.pubsub.network.RouterNetwork.Member;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.Rpc;

/**
 * An attacker of the evaluation of GossipSub 1.1: grafts every peer that tells it of the topic, grafts again a while
 * after each PRUNE, and forwards only what it likes, to the peers whose meshes it is in. It speaks GossipSub 1.0 and no gossip.
 */
final class Sybil implements Member {
    private final RouterNetwork network;
    private final PeerId id;
    private final InetAddress address;
    private final String topic;
    private final Regraft regraft;
    private final Map<PeerId, Member> victims = new LinkedHashMap<>();
    private final Set<PeerId> grafted = new LinkedHashSet<>();
    private final Set<Long> seen = new LinkedHashSet<>();
    /** Which messages it drops. */
    Predicate<Message> drops = message -> true;

    Sybil(RouterNetwork network, String name, InetAddress address, String topic, Regraft regraft) {
        this.network = network;
        this.id = RouterNetwork.id(name);
        this.address = address;
        this.topic = topic;
        this.regraft = regraft;
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
    public void connected(Member other, boolean outbound, Version version) {
        victims.put(other.id(), other);
    }

    private void graft(PeerId victim) {
        grafted.add(victim);
        network.send(
                this,
                victim,
                Rpc.of(new Rpc.Control(
                        List.of(), List.of(), List.of(new Rpc.Graft(topic)), List.of(), List.of(), null)));
    }

    @Override
    public void disconnected(Member other) {
        victims.remove(other.id());
        grafted.remove(other.id());
    }

    @Override
    public boolean ignores(Rpc rpc) {
        return rpc.messages().isEmpty()
                && rpc.subscriptions().isEmpty()
                && rpc.control().grafts().isEmpty()
                && rpc.control().prunes().isEmpty();
    }

    @Override
    public void receive(Member from, Rpc rpc) {
        for (Rpc.Subscription subscription : rpc.subscriptions()) {
            if (subscription.subscribe() && subscription.topic().equals(topic)) {
                network.send(this, from.id(), Rpc.of(List.of(new Rpc.Subscription(true, topic))));
                graft(from.id());
            }
        }
        if (!rpc.control().prunes().isEmpty()) {
            grafted.remove(from.id());
            network.after(regraft.delay(), () -> graft(from.id()));
        }
        if (!rpc.control().grafts().isEmpty()) {
            grafted.add(from.id());
        }
        for (Message message : rpc.messages()) {
            if (seen.add(key(message)) && !drops.test(message)) {
                forward(message, from.id());
            }
        }
    }

    private void forward(Message message, PeerId from) {
        Rpc copy = Rpc.of(message);
        for (PeerId victim : grafted) {
            if (!victim.equals(from) && !Arrays.equals(victim.toBytes(), message.from())) {
                network.send(this, victim, copy);
            }
        }
    }

    private static long key(Message message) {
        return (long) Arrays.hashCode(message.from()) << 32 ^ Arrays.hashCode(message.sequence());
    }
}
