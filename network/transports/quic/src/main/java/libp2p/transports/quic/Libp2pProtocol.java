package libp2p.transports.quic;

import java.util.function.Function;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls.PeerCredentials;
import libp2p.security.tls13.Credentials;
import libp2p.streams.engine.Application;

/**
 * The protocol of libp2p on QUIC (libp2p specification, quic): certificates both ways, and streams both ways.
 *
 * @param maker of the credentials of a handshake
 */
record Libp2pProtocol(Function<Libp2pCertificate, PeerCredentials> maker) implements QuicProtocol {
    static final String NAME = "libp2p";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Credentials credentials(Libp2pCertificate certificate) {
        return maker.apply(certificate);
    }

    @Override
    public Application application(QuicConnection connection) {
        return new QuicStreams(connection);
    }
}
