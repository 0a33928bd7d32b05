package libp2p.security.tls;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.security.SecurityRequest;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.security.KeyLog;
import libp2p.security.SecurityLimits;
import libp2p.security.records.AbstractSecureConnection.Remote;
import libp2p.security.records.RecordBuffers;
import libp2p.security.records.RecordInput;
import libp2p.security.tls13.ClientHandshake;
import libp2p.security.tls13.Handshake;
import libp2p.security.tls13.HandshakeRecords;
import libp2p.security.tls13.ServerHandshake;
import libp2p.security.tls13.TlsException;
import libp2p.security.tls13.TlsRecordFormat;
import org.jspecify.annotations.Nullable;

/**
 * The secure channel {@code /tls/1.0.0} (libp2p specification, tls): TLS 1.3 in which both sides present a {@link
 * Libp2pCertificate}, without server name and without resumption, with early negotiation of the stream muxer by ALPN
 * (connections, inlined-muxer-negotiation). A client that names no application protocol is served too.
 *
 * <p>The certificate is made once per instance, at the first handshake: a host that never speaks TLS needs none. Thread-safe.
 */
public final class Tls implements SecurityProtocol {
    /** The protocol id. */
    public static final String PROTOCOL = "/tls/1.0.0";

    /** The ALPN protocol where no muxer is agreed. */
    private static final String NO_MUXER = "libp2p";

    private final FirstUse certificate;
    private final SecurityLimits limits;
    private final RecordBuffers buffers;
    private final KeyLog keys;

    private Tls(FirstUse certificate, SecurityLimits limits, RecordBuffers buffers, KeyLog keys) {
        this.keys = keys;
        this.certificate = certificate;
        this.limits = limits;
        this.buffers = buffers;
    }

    /** With a fresh certificate and the usual limits. */
    public static Tls create(Identity identity, Environment environment) {
        return create(identity, environment, SecurityLimits.DEFAULT, KeyLog.NONE);
    }

    /**
     * With a fresh certificate.
     *
     * @param keys takes the secrets of all connections
     */
    public static Tls create(Identity identity, Environment environment, SecurityLimits limits, KeyLog keys) {
        return create(identity, environment, limits, RecordBuffers.shared(), keys);
    }

    static Tls create(
            Identity identity, Environment environment, SecurityLimits limits, RecordBuffers buffers, KeyLog keys) {
        return new Tls(new FirstUse(identity, environment), limits, buffers, keys);
    }

    /** Makes the certificate when it is first asked for; of handshakes that meet here, all get the same. */
    private static final class FirstUse {
        private final AtomicReference<@Nullable Libp2pCertificate> made = new AtomicReference<>();
        private final Identity identity;
        private final Environment environment;

        FirstUse(Identity identity, Environment environment) {
            this.identity = identity;
            this.environment = environment;
        }

        Libp2pCertificate get() {
            Libp2pCertificate certificate = made.get();
            if (certificate == null) {
                Libp2pCertificate fresh = Libp2pCertificate.create(identity, environment);
                Libp2pCertificate winner = made.compareAndExchange(null, fresh);
                certificate = winner == null ? fresh : winner;
            }
            return certificate;
        }
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public Tls withIdentity(Identity identity, Environment environment) {
        return create(identity, environment, limits, buffers, keys);
    }

    @Override
    public SecureConnection secure(RawConnection raw, SecurityRequest request) throws IOException {
        RecordInput input = new RecordInput(raw, buffers, TlsRecordFormat.INSTANCE);
        HandshakeRecords records = new HandshakeRecords(raw, input, limits.tlsHandshakeBytes(), keys);
        boolean done = false;
        try {
            PeerCredentials credentials =
                    new PeerCredentials(certificate.get(), request.expectedPeer(), request.environment(), limits);
            Handshake handshake = handshake(credentials, request, records);
            records.run(handshake);
            Remote remote = new Remote(PROTOCOL, credentials.remoteKey(), muxer(handshake.protocol()));
            SecureConnection connection = new TlsConnection(
                    raw,
                    remote,
                    input,
                    records,
                    request.role() == Role.INITIATOR,
                    buffers,
                    request.environment(),
                    limits.closeNotify());
            done = true;
            return connection;
        } catch (TlsException violation) {
            throw violation(violation);
        } finally {
            if (!done) {
                raw.close();
                input.release();
                records.abandon();
            }
        }
    }

    private static Handshake handshake(PeerCredentials credentials, SecurityRequest request, HandshakeRecords records) {
        List<String> protocols = new ArrayList<>(request.muxers());
        protocols.add(NO_MUXER);
        return request.role() == Role.INITIATOR
                ? new ClientHandshake(credentials, protocols, request.environment(), records)
                : new ServerHandshake(credentials, protocols, request.environment(), records);
    }

    private static @Nullable String muxer(@Nullable String agreed) {
        return NO_MUXER.equals(agreed) ? null : agreed;
    }

    static ProtocolViolationException violation(TlsException violation) {
        ProtocolViolationException told =
                new ProtocolViolationException(PROTOCOL, String.valueOf(violation.getMessage()));
        told.initCause(violation);
        return told;
    }
}
