package libp2p.quic.connection;

import libp2p.quic.recovery.LossRecovery;
import libp2p.quic.wire.TransportParameters;

/**
 * Hears what happens on one connection, for a log of it. Called under the lock of the connection; must not call back,
 * and only reads the arrays that it is given.
 */
public interface Tracer {
    /**
     * A secret of TLS is known.
     *
     * @param label its name in the format that Wireshark reads
     * @param clientRandom of the ClientHello
     */
    void secret(String label, byte[] clientRandom, byte[] secret);

    /**
     * The transport parameters of a side are known; nothing of them is changed later.
     *
     * @param local whether they are this side's
     */
    void parameters(boolean local, TransportParameters parameters, long now);

    /**
     * A packet was sealed.
     *
     * @param level 0 Initial, 1 Handshake, 2 1-RTT
     * @param size of the packet in bytes
     * @param bytes holds the frames from {@code from} on
     */
    void sent(int level, long number, int size, byte[] bytes, int from, int length, long now);

    /** A packet was opened, is no duplicate, and its frames are dealt with next. */
    void received(int level, long number, byte[] bytes, int from, int length, long now);

    /** A packet counts as lost. */
    void lost(int level, long number, long now);

    /** The figures of recovery may have changed. */
    void recovery(LossRecovery recovery, long now);

    /** The connection ends; packets may still tell so. */
    void closed(CloseCause why, long now);

    /** Nothing follows. */
    void over();
}
