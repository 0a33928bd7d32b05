package libp2p.core.resource;

import java.util.SequencedMap;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Counts and limits what connections and streams use, in scopes as go-libp2p has them. Each connection and stream has a
 * scope of its own, and what is charged there is charged to all that hold it: to its peer, its protocol and service
 * once they are known, to {@code transient} until then, and to {@code system}. Each scope has limits of connections,
 * streams, descriptors and memory, and the first that is reached refuses for all. So one stranger is held to the share
 * of a peer, all strangers together to that of the host, and nothing is allocated before it is charged.
 * The {@link LimitExceededException} says who refused:
 *
 * <pre>{@code
 * System.out.println(refused.scope() + " allows " + refused.maximum() + " " + refused.limit());
 * }</pre>
 *
 * <p>A host makes one from its limits ({@code HostBuilder.limits}); {@code docs/which-limit-wins.md} has the order in
 * which scopes and other bounds are asked. Thread-safe; no method blocks.
 */
public interface ResourceManager extends AutoCloseable {
    /**
     * Charges a new connection to the system and transient scopes and to the limits of its remote address.
     *
     * @param descriptor whether it holds a file descriptor
     * @throws LimitExceededException if a limit is reached; nothing stays charged
     */
    ConnectionScope openConnection(Direction direction, boolean descriptor, Multiaddr remote)
            throws LimitExceededException;

    /**
     * Takes a place for an inbound connection whose remote address is only claimed, as a datagram claims it. Nothing is
     * charged to the system, the transient scope or the address before {@link ConnectionScope#addressProved} or
     * {@link ConnectionScope#setPeer}, so that forged addresses take nothing from honest clients. A refusal is not counted:
     * the client is asked for a proof instead.
     *
     * @return null if all places of that kind are taken
     */
    @Nullable
    ConnectionScope openUnproved(Multiaddr remote);

    /**
     * Charges a new stream to the scopes of its peer and to the transient scope.
     *
     * @throws LimitExceededException if a limit is reached; nothing stays charged
     */
    StreamScope openStream(PeerId peer, Direction direction) throws LimitExceededException;

    /**
     * Sets what is run, and must not block, whenever something is charged while less than an eighth of the memory or of
     * the inbound streams of the system scope is left, so that there is time to choose what makes room. By default it
     * is never run.
     */
    default void onScarcity(Runnable action) {}

    /** The scope that holds everything. */
    ResourceScope system();

    /** The scope of a service, made when first asked for. */
    ResourceScope service(String name);

    /** The scope of a protocol, made when first asked for. */
    ResourceScope protocol(String protocol);

    /** The scope of a peer, made when first asked for and forgotten when nothing is charged to it. */
    ResourceScope peer(PeerId peer);

    /** The present charges of every scope that is not empty, by scope name in stable order. */
    SequencedMap<String, ScopeUsage> usage();

    /** The scopes with their limits, and what the limits refused, all at one moment. */
    ResourceReport report();

    @Override
    void close();
}
