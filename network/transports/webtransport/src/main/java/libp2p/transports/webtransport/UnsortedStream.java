package libp2p.transports.webtransport;

import java.nio.ByteBuffer;
import libp2p.http3.FrameWriter;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;
import libp2p.http3.Http3FrameType;
import libp2p.http3.VarIntReader;
import libp2p.quic.stream.QuicStream;

/** A stream of the remote of whose first bytes some are missing: they tell what it is for. */
final class UnsortedStream extends OwnStream {
    private final Http3 table;
    private final VarIntReader integer = new VarIntReader();
    private final boolean bidirectional;
    private boolean ofSession;
    private boolean sorted;

    UnsortedStream(Http3 table, QuicStream stream) {
        super(stream);
        this.table = table;
        bidirectional = (stream.id() & Http3.UNI) == 0;
    }

    @Override
    int wanted(int most) {
        return integer.wanted();
    }

    @Override
    boolean isOwn() {
        return !sorted;
    }

    @Override
    void read(ByteBuffer bytes) throws Http3Exception {
        if (!integer.read(bytes)) {
            return;
        }
        long value = integer.value();
        if (ofSession) {
            sorted = true;
            table.ofSession(this, value);
        } else if (bidirectional && value == Http3FrameType.WEBTRANSPORT_STREAM) {
            ofSession = true;
        } else {
            sorted = true;
            if (bidirectional) {
                table.request(
                        this, ByteBuffer.wrap(new FrameWriter().integer(value).toByteArray()));
            } else {
                table.unidirectional(this, value);
            }
        }
    }

    @Override
    void ended() {
        refuse(Http3Error.GENERAL_PROTOCOL_ERROR);
        table.forget(this);
    }
}
