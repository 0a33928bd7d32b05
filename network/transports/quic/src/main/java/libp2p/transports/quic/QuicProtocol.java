package libp2p.transports.quic;

import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.Credentials;
import libp2p.streams.engine.Application;

/**
 * One application protocol (ALPN) on a UDP port, of either side. Thread-safe; its methods are called by the threads of
 * handshakes and must not block.
 */
public interface QuicProtocol {
    /** Its name in the TLS handshake. */
    String name();

    /**
     * Makes what one handshake shows and judges the remote by, when the protocol is agreed on.
     *
     * @param certificate of the host, for libp2p
     */
    Credentials credentials(Libp2pCertificate certificate);

    /** Makes what is done with the streams of a connection whose handshake is complete. Called with its lock. */
    Application application(QuicConnection connection);

    /**
     * The number of streams of one direction that the remote may have open; 0 for none. A server has told it before it
     * knows the protocol, so that it may be more where a port has several protocols.
     */
    default int uniStreams() {
        return 0;
    }

    /** The number of unreliable datagrams that wait at most; 0 if none are taken. As {@link #uniStreams}. */
    default int datagrams() {
        return 0;
    }
}
