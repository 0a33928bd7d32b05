package libp2p.quic.stream;

import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;

/**
 * The gaps in all streams of a connection together. Each is a packet that was lost or overtaken, and costs memory and
 * time until it is filled. Under the lock of the connection.
 */
final class Gaps {
    /** As many as lost packets leave in a full window of 15 MiB if more than every third is lost. */
    static final int MAX = 4096;

    private int count;

    /**
     * There are more or fewer.
     *
     * @throws TransportException if there are too many
     */
    void changed(int by) throws TransportException {
        count += by;
        if (count > MAX) {
            throw new TransportException(
                    TransportError.INTERNAL_ERROR,
                    "more than the limit of " + MAX + " gaps in all streams of a connection");
        }
    }

    /** Some are gone. */
    void forget(int number) {
        count -= number;
    }
}
