package libp2p.core.routing;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/** Publishes messages to topics and receives those of other peers. Thread-safe. */
public interface PubSub extends AutoCloseable {
    /**
     * A message of a topic.
     *
     * @param topic the topic, as the peers know it
     * @param data what was published; not to be changed
     * @param id what tells this message from others, by the message id function of its topic; not to be changed
     * @param author the peer that signed or claims to have published the message, or null for anonymous messages
     * @param sequence the sequence number that the author gave it, or null; not to be changed
     * @param signed whether the message carries a valid signature of its author
     * @param receivedFrom the peer that relayed it to this host; this host itself for its own messages
     */
    record Message(
            String topic,
            byte[] data,
            byte[] id,
            @Nullable PeerId author,
            byte @Nullable [] sequence,
            boolean signed,
            PeerId receivedFrom) {
        public Message {
            Objects.requireNonNull(topic);
            Objects.requireNonNull(data);
            Objects.requireNonNull(id);
            Objects.requireNonNull(receivedFrom);
        }
    }

    /** The verdict on a message. */
    enum Verdict {
        /** It is delivered and forwarded. */
        ACCEPT,
        /** It is dropped, and the peers that relayed it are held to account. */
        REJECT,
        /** It is dropped without blame. */
        IGNORE
    }

    /** Judges the messages of a topic before they are delivered or forwarded. May block; called from many threads. */
    @FunctionalInterface
    interface Validator {
        /** An exception counts as {@link Verdict#IGNORE}. */
        Verdict validate(Message message) throws Exception;
    }

    /** Receives the messages of a topic, one after the other, on a thread of the service; may block. */
    @FunctionalInterface
    interface Listener {
        /** Takes a message; an exception is logged, and the next message follows. */
        void message(Message message) throws Exception;
    }

    /** Subscribes to a topic until the registration is closed; the host leaves the topic with its last subscription. */
    Registration subscribe(String topic, Listener listener);

    /** Adds a validator of a topic until the registration is closed. Every validator must accept a message. */
    Registration validator(String topic, Validator validator);

    /**
     * Publishes a message; returns when it is on its way to the peers that are known now.
     *
     * @return the id of the message
     * @throws IOException if the message is longer than the limit, or a validator of this host does not accept it
     */
    byte[] publish(String topic, byte[] data) throws IOException;

    /**
     * Publishes a message as soon as enough peers are known that take messages of the topic; blocks.
     *
     * @param peers how many, at least 0
     * @throws libp2p.core.failure.DeadlineExceededException if there are fewer when the deadline passes
     */
    byte[] publish(String topic, byte[] data, int peers, Deadline deadline) throws IOException;

    /** The topics this host is subscribed to, sorted. */
    List<String> topics();

    /** The peers known to be subscribed to a topic, sorted. */
    List<PeerId> peers(String topic);

    @Override
    void close();
}
