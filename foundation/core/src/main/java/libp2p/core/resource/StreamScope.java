package libp2p.core.resource;

/** The scope of one stream: first transient, then its protocol's, and perhaps a service's. */
public interface StreamScope extends ResourceScope, AutoCloseable {
    /**
     * Moves the stream from the transient scope to its protocol's.
     *
     * @throws LimitExceededException if the protocol has too many; the stream stays transient
     */
    void setProtocol(String protocol) throws LimitExceededException;

    /**
     * Charges the stream to a service too; needs a protocol.
     *
     * @throws LimitExceededException if the service has too many
     */
    void setService(String service) throws LimitExceededException;

    /** Gives everything back; idempotent. */
    @Override
    void close();
}
