package libp2p.core.transport;

import libp2p.multiformats.multiaddr.Multiaddr;

/** A transport that waits for connections on one address. */
public interface Listener extends AutoCloseable {
    /**
     * The bound address with its real port, without {@code /p2p}; may be unspecified such as {@code /ip4/0.0.0.0}. It
     * may change while the listener is open, when a certificate whose hash is in it is renewed for example.
     */
    Multiaddr address();

    /**
     * Sets what is run, without locks, when {@link #address} has changed; called once at most. The default ignores it:
     * the address stays.
     */
    default void onAddressChange(Runnable action) {}

    /** Stops listening; idempotent, never throws. Connections that were accepted stay open. */
    @Override
    void close();
}
