package libp2p.core.routing;

import java.io.IOException;
import java.util.List;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;

/** Publishes messages to topics and hears those of others. */
public interface PubSub extends AutoCloseable {
    /** A message that passed validation. */
    record Message(String topic, PeerId from, byte[] data) {}

    /** Receives the messages of a topic, one after the other, on a thread of the service. */
    @FunctionalInterface
    interface Listener {
        void message(Message message) throws Exception;
    }

    Registration subscribe(String topic, Listener listener);

    void publish(String topic, byte[] data) throws IOException;

    /** The topics this host is subscribed to, sorted. */
    List<String> topics();

    /** The peers known to be subscribed to a topic, sorted. */
    List<PeerId> peers(String topic);

    @Override
    void close();
}
