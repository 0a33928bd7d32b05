package libp2p.transports.webtransport;

import java.nio.ByteBuffer;
import libp2p.http3.FrameReader;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;
import libp2p.http3.Http3FrameType;
import libp2p.http3.Settings;
import libp2p.quic.stream.QuicStream;

/** The control stream of the remote (RFC 9114, section 6.2.1), of which the settings are heard. */
final class ControlStream extends OwnStream implements FrameReader.Handler {
    private static final int MAX_SETTINGS = 16 << 10;

    private final Http3 table;
    private final FrameReader frames = new FrameReader(MAX_SETTINGS, 0);
    private boolean heard;

    ControlStream(Http3 table, QuicStream stream) {
        super(stream);
        this.table = table;
    }

    @Override
    int buffered() {
        return frames.held();
    }

    @Override
    void read(ByteBuffer bytes) throws Http3Exception {
        frames.read(bytes, this);
    }

    @Override
    public void frame(long type, byte[] payload) throws Http3Exception {
        boolean settings = type == Http3FrameType.SETTINGS;
        if (!heard && !settings) {
            throw new Http3Exception(Http3Error.MISSING_SETTINGS, "a frame of type " + type + " before SETTINGS");
        }
        if (heard && settings || type == Http3FrameType.HEADERS || type == Http3FrameType.PUSH_PROMISE) {
            throw unexpected(type);
        }
        if (settings) {
            heard = true;
            table.settings(Settings.decode(payload));
        }
    }

    @Override
    public void data(ByteBuffer piece) throws Http3Exception {
        throw unexpected(Http3FrameType.DATA);
    }

    private static Http3Exception unexpected(long type) {
        return new Http3Exception(Http3Error.FRAME_UNEXPECTED, "a frame of type " + type + " on the control stream");
    }

    @Override
    void ended() throws Http3Exception {
        throw new Http3Exception(Http3Error.CLOSED_CRITICAL_STREAM, "the control stream has ended");
    }
}
