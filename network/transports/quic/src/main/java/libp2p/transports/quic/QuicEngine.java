package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.quic.protect.HostKeys;
import libp2p.security.tls.Libp2pCertificate;

/** The common part of all ports of one host: its certificate, and the keys of tokens and resets. Thread-safe. */
final class QuicEngine {
    private static final int SECRET = 32;

    private final Environment environment;
    private final Libp2pCertificate certificate;
    private final QuicLimits limits;
    private final HostKeys keys;
    private final Diagnostics diagnostics;

    /** @param identity of the host, with which its stateless resets survive a restart */
    QuicEngine(
            Environment environment,
            Identity identity,
            Libp2pCertificate certificate,
            QuicLimits limits,
            Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
        this.environment = environment;
        this.certificate = certificate;
        this.limits = limits;
        byte[] secret = new byte[SECRET];
        environment.secureRandom(secret);
        keys = new HostKeys(secret, identity.key().toProtobuf());
    }

    /**
     * Binds a UDP socket, for dialing and listening alike.
     *
     * @throws java.net.BindException if the address is in use
     */
    QuicPort bind(InetSocketAddress local) throws IOException {
        return QuicPort.open(
                environment,
                certificate,
                limits,
                keys,
                environment.network().bindUdpForBatches(local),
                diagnostics.tracers(environment));
    }
}
