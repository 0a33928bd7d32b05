package libp2p.transports.quic;

import java.util.List;
import java.util.Map;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.Credentials;

/**
 * The application protocols of one handshake, of which one is agreed on, and the credentials for it. Until then it is the
 * first. Chosen by the thread of the handshake, read by any.
 */
final class ProtocolChoice {
    private final Map<String, ? extends QuicProtocol> offered;
    private final Libp2pCertificate certificate;
    private volatile QuicProtocol chosen;
    private volatile Credentials credentials;

    /** @param offered by name, in an order; at least one */
    ProtocolChoice(Map<String, ? extends QuicProtocol> offered, Libp2pCertificate certificate) {
        this.offered = offered;
        this.certificate = certificate;
        chosen = offered.values().iterator().next();
        credentials = chosen.credentials(certificate);
    }

    /** The names of all. */
    List<String> names() {
        return List.copyOf(offered.keySet());
    }

    /** A protocol is agreed on, or asked about; returns the credentials for it. */
    Credentials choose(String name) {
        QuicProtocol asked = offered.get(name);
        if (asked != null && asked != chosen) {
            chosen = asked;
            credentials = asked.credentials(certificate);
        }
        return credentials;
    }

    /** Whether a listener has let the connection in: no dialer offers the protocol of an acceptor. */
    boolean isAccepted() {
        return chosen instanceof QuicAcceptor;
    }

    QuicProtocol chosen() {
        return chosen;
    }

    Credentials credentials() {
        return credentials;
    }
}
