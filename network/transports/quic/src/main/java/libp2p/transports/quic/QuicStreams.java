package libp2p.transports.quic;

import libp2p.core.connection.ErrorCode;
import libp2p.quic.stream.QuicStream;
import libp2p.quic.stream.Streams;
import libp2p.streams.engine.EngineStreams;

/**
 * The streams of a connection on which libp2p was agreed: each of QUIC's that goes both ways is one. The others, and
 * unreliable datagrams, belong to other protocols of the same port: libp2p has no use for them.
 */
final class QuicStreams extends EngineStreams<QuicStream> {
    private final QuicConnection connection;

    QuicStreams(QuicConnection connection) {
        super(connection);
        this.connection = connection;
    }

    @Override
    protected boolean mayOpen() {
        return connection.engine().streams().mayOpen(true);
    }

    @Override
    protected QuicStream openEngine() {
        return connection.engine().streams().open(true);
    }

    @Override
    public void look() {
        Streams streams = connection.engine().streams();
        QuicStream stream;
        while ((stream = streams.pollArrived()) != null) {
            if (stream.isBidirectional()) {
                arrive(stream);
            } else {
                stream.stopSending(ErrorCode.STREAM_PROTOCOL_VIOLATION);
            }
        }
        while (connection.engine().datagrams().poll() != null) {
            // none is kept
        }
        while ((stream = streams.pollTouched()) != null) {
            touch(stream);
        }
        if (streams.pollAllowed()) {
            allow();
        }
    }
}
