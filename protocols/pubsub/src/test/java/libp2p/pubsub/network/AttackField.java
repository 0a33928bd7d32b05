package libp2p.pubsub.network;

import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.router.GossipParameters;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.score.ScoreParameters;
import org.jspecify.annotations.Nullable;

/** Where an attack takes place: routers alone, or complete hosts in the simulator. Times are simulated nanoseconds. */
public interface AttackField {
    /** A node that follows the protocol. */
    interface Honest {
        PeerId id();

        void join(String topic);

        /** Publishes so many bytes. */
        MessageId publish(String topic, int size);

        /** When a message was delivered here, or null if it was not. */
        @Nullable
        Long delivered(MessageId id);

        List<PeerId> mesh(String topic);

        List<PeerId> peers(String topic);

        double score(PeerId peer);

        /** Peers that had to make room because they brought too little, so far. */
        List<PeerId> exchanged();
    }

    /** How long an attacker waits after a PRUNE before it grafts again. */
    @FunctionalInterface
    interface Regraft {
        /** Nanoseconds. */
        long delay();
    }

    /** A node that grafts all peers, again and again, and forwards what it likes. */
    interface Attacker {
        PeerId id();

        /** Which messages it does not forward. */
        void drops(Predicate<Message> which);
    }

    RandomGenerator random();

    long now();

    /** Does something later. */
    void after(long nanos, Runnable action);

    /** Lets time pass. */
    void run(long nanos);

    /** @param address a number, equal for nodes at one address */
    Honest honest(String name, int address, GossipParameters parameters, ScoreParameters scores);

    /** @param address a number, equal for nodes at one address */
    Attacker attacker(String name, int address, String topic, Regraft regraft);

    /** Connects nodes that are there; the first dials. */
    void connect(Honest dialer, Honest listener);

    void connect(Attacker dialer, Honest listener);

    /** Bytes of messages that all nodes together have sent. */
    long messageBytes();

    /** Bytes of everything else that they have sent. */
    long controlBytes();

    /** A hash over all that was sent, when and between whom. */
    long trace();
}
