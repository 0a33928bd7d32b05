package libp2p.transports.quic.netty;

import io.netty.handler.codec.quic.Quic;
import java.io.IOException;
import java.net.InetSocketAddress;
import libp2p.core.environment.Environment;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.transports.quic.Limits;
import libp2p.transports.quic.engine.QuicEngine;
import libp2p.transports.quic.engine.QuicEngineProvider;
import libp2p.transports.quic.engine.QuicPort;
import org.jspecify.annotations.Nullable;

/** The engine on Netty's native QUIC. Thread-safe. */
public final class NettyEngine implements QuicEngine {
    private final Environment environment;
    private final Limits limits;
    private final NettyTls tls;

    /** Loads the native library when it is asked. */
    public static final QuicEngineProvider PROVIDER = new QuicEngineProvider() {
        @Override
        public @Nullable String unavailable() {
            return NettyEngine.unavailable();
        }

        @Override
        public QuicEngine create(Environment environment, Libp2pCertificate certificate, Limits limits)
                throws IOException {
            String missing = unavailable();
            if (missing != null) {
                throw new IOException("QUIC is not available: " + missing);
            }
            return new NettyEngine(environment, certificate, limits);
        }
    };

    private NettyEngine(Environment environment, Libp2pCertificate certificate, Limits limits) {
        this.environment = environment;
        this.limits = limits;
        this.tls = new NettyTls(certificate);
    }

    private static @Nullable String unavailable() {
        try {
            if (Quic.isAvailable()) {
                return null;
            }
            Throwable cause = Quic.unavailabilityCause();
            return "no native library for " + System.getProperty("os.name") + " on " + System.getProperty("os.arch")
                    + (cause == null ? "" : " (" + root(cause).getMessage() + ")")
                    + (NettyEngine.class.getModule().isNamed()
                            ? "; on the module path add it: --add-modules io.netty.codec.quic.linux.x86_64, or its like"
                            : "");
        } catch (LinkageError absent) {
            return "Netty's QUIC is not on the class path or module path (" + absent + ")";
        }
    }

    private static Throwable root(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure : root(cause);
    }

    @Override
    public QuicPort bind(InetSocketAddress local) throws IOException {
        return new NettyPort(environment, limits, tls, local);
    }
}
