package libp2p.quic.stream;

import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;

/**
 * The gaps in all streams of a connection together, and the chunks that hold what has come. Each gap is a packet that was lost or
 * overtaken, and costs memory and time until it is filled; a chunk may hold a single byte. Under the lock of the connection.
 */
final class Gaps {
    /** As many as lost packets leave in a full window of 15 MiB if more than every third is lost. */
    static final int MAX = 4096;

    private int count;
    private long held;

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

    /** A chunk of this many bytes is held from now on. */
    void hold(int bytes) {
        held += bytes;
    }

    /** A chunk of this many bytes is held no more. */
    void release(int bytes) {
        held -= bytes;
    }

    /** Bytes of all chunks that are held. */
    long held() {
        return held;
    }
}
