package libp2p.transports.webtransport;

import java.nio.ByteBuffer;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;
import libp2p.quic.stream.QuicStream;

/**
 * A stream of QPACK's encoder or decoder. No dynamic table was offered and none is used, so that there is nothing to hear
 * (RFC 9204, section 4.2).
 */
final class QpackStream extends OwnStream {
    QpackStream(QuicStream stream) {
        super(stream);
    }

    @Override
    void read(ByteBuffer bytes) {
        bytes.position(bytes.limit());
    }

    @Override
    void ended() throws Http3Exception {
        throw new Http3Exception(Http3Error.CLOSED_CRITICAL_STREAM, "a stream of QPACK has ended");
    }
}
