package libp2p.transports.quic.driver;

import java.io.IOException;
import java.net.InetSocketAddress;
import libp2p.core.environment.Environment;
import libp2p.quic.protect.HostKeys;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.transports.quic.Diagnostics;
import libp2p.transports.quic.Limits;
import libp2p.transports.quic.engine.QuicEngine;
import libp2p.transports.quic.engine.QuicEngineProvider;
import libp2p.transports.quic.engine.QuicPort;

/** The engine of this project, in Java alone. Thread-safe. */
public final class OwnEngine implements QuicEngine {
    /** On sockets of the operating system. */
    public static final QuicEngineProvider PROVIDER = new Provider(false, Diagnostics.NONE);
    /** On sockets of the environment, which a simulator may have made. */
    public static final QuicEngineProvider OVER_ENVIRONMENT = new Provider(true, Diagnostics.NONE);

    private static final int SECRET = 32;

    private record Provider(boolean overEnvironment, Diagnostics diagnostics) implements QuicEngineProvider {
        @Override
        public QuicEngine create(Environment environment, Libp2pCertificate certificate, Limits limits) {
            return new OwnEngine(environment, certificate, limits, overEnvironment, diagnostics);
        }
    }

    /** On sockets of the operating system, with files that show what happens. */
    public static QuicEngineProvider with(Diagnostics diagnostics) {
        return new Provider(false, diagnostics);
    }

    private final Environment environment;
    private final Libp2pCertificate certificate;
    private final Limits limits;
    private final HostKeys keys;
    private final boolean overEnvironment;
    private final Diagnostics diagnostics;

    private OwnEngine(
            Environment environment,
            Libp2pCertificate certificate,
            Limits limits,
            boolean overEnvironment,
            Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
        this.environment = environment;
        this.certificate = certificate;
        this.limits = limits;
        this.overEnvironment = overEnvironment;
        byte[] secret = new byte[SECRET];
        environment.secureRandom(secret);
        keys = new HostKeys(secret);
    }

    @Override
    public QuicPort bind(InetSocketAddress local) throws IOException {
        byte[] mark = new byte[2];
        environment.secureRandom(mark);
        DatagramIo io = overEnvironment
                ? new EnvironmentDatagrams(environment, local)
                : LinuxDatagrams.open(local, (mark[0] & 0xff) << 8 | mark[1] & 0xff);
        return new DrivenPort(environment, certificate, limits, keys, io, diagnostics.tracers(environment));
    }
}
