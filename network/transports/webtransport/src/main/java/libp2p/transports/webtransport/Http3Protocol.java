package libp2p.transports.webtransport;

import java.util.function.Supplier;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.Credentials;
import libp2p.streams.engine.Application;
import libp2p.transports.quic.QuicConnection;
import libp2p.transports.quic.QuicProtocol;

/**
 * HTTP/3 of one dial, as QUIC agrees on it.
 *
 * @param credentials of the handshake
 * @param side makes what is special to this side
 */
record Http3Protocol(Credentials credentials, Supplier<Http3Side> side) implements QuicProtocol {
    static final String NAME = "h3";
    /** Control streams and those of QPACK of a remote, and others that it may open without leave. */
    static final int UNI_STREAMS = 16;
    /** Unreliable datagrams that wait, until they are dropped: peers want them to be taken. */
    static final int DATAGRAMS = 32;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Credentials credentials(Libp2pCertificate certificate) {
        return credentials;
    }

    @Override
    public Application application(QuicConnection connection) {
        return new Http3(connection, connection::engine, side.get());
    }

    @Override
    public int uniStreams() {
        return UNI_STREAMS;
    }

    @Override
    public int datagrams() {
        return DATAGRAMS;
    }
}
