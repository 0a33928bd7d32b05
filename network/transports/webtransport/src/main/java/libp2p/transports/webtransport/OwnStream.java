package libp2p.transports.webtransport;

import java.nio.ByteBuffer;
import libp2p.http3.Http3Exception;
import libp2p.quic.stream.QuicStream;

/** A stream that HTTP/3 keeps for itself, or whose use is not known yet. Needs the lock of the connection. */
abstract class OwnStream {
    private static final int READ = 1024;
    /** Bytes for the objects of a stream. */
    private static final int OBJECTS = 512;

    final QuicStream stream;
    /** Bytes of {@link #held} that the table has counted. */
    int counted;

    OwnStream(QuicStream stream) {
        this.stream = stream;
    }

    /** Something has changed: reads what there is. */
    final void look() throws Http3Exception {
        while (stream.isReadable() && isOwn()) {
            ByteBuffer bytes = ByteBuffer.allocate(wanted(READ));
            stream.read(bytes);
            read(bytes.flip());
        }
        if (isOwn() && (stream.isAtEnd() || stream.remoteReset() >= 0)) {
            ended();
        }
    }

    /** Bytes that are held for it beside those of QUIC. */
    final int held() {
        return OBJECTS + buffered();
    }

    /** Bytes that have come and wait for others. */
    int buffered() {
        return 0;
    }

    /** How many bytes it takes now. */
    int wanted(int most) {
        return most;
    }

    /** Whether bytes are still for this one. */
    boolean isOwn() {
        return true;
    }

    /** Takes all bytes. */
    abstract void read(ByteBuffer bytes) throws Http3Exception;

    /** The remote has ended or reset the stream. May be called again. */
    abstract void ended() throws Http3Exception;

    /** Gives up both ways of the stream. */
    final void refuse(long code) {
        stream.stopSending(code);
        stream.reset(code);
    }
}
