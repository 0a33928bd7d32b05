package libp2p.pubsub;

import java.io.IOException;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.PubSub;

/** A topic that this host can publish to, and subscribe to. Thread-safe. */
public final class Topic implements AutoCloseable {
    private final PubSubService service;
    private final String name;

    Topic(PubSubService service, String name) {
        this.service = service;
        this.name = name;
    }

    /** Name of the topic, as it is sent to peers. */
    public String name() {
        return name;
    }

    /** As {@link PubSub#subscribe}. */
    public Registration subscribe(PubSub.Listener listener) {
        return service.subscribe(name, listener);
    }

    /** As {@link PubSubService#unsubscribe(String, PubSub.Listener)}. */
    public void unsubscribe(PubSub.Listener listener) {
        service.unsubscribe(name, listener);
    }

    /** As {@link PubSub#validator}. */
    public Registration validator(PubSub.Validator validator) {
        return service.validator(name, validator);
    }

    /** As {@link PubSub#publish(String, byte[])}. */
    public byte[] publish(byte[] data) throws IOException {
        return service.publish(name, data);
    }

    /** As {@link PubSub#publish(String, byte[], int, Deadline)}. */
    public byte[] publish(byte[] data, int peers, Deadline deadline) throws IOException {
        return service.publish(name, data, peers, deadline);
    }

    /** As {@link PubSubService#publishAll}. */
    public List<byte[]> publishAll(List<byte[]> data) throws IOException {
        return service.publishAll(name, data);
    }

    /** The peers known to be subscribed, sorted. */
    public List<PeerId> peers() {
        return service.peers(name);
    }

    /** The peers in the mesh, sorted. */
    public List<PeerId> mesh() {
        return service.mesh(name);
    }

    /** Ends all subscriptions of this host to the topic; idempotent. */
    @Override
    public void close() {
        service.unsubscribe(name);
    }
}
