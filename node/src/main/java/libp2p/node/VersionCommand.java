package libp2p.node;

import java.util.concurrent.Callable;
import libp2p.Libp2p;
import libp2p.crypto.Crypto;
import libp2p.transports.quic.QuicTransport;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** {@code p2p version}. */
@Command(name = "version", description = "Prints versions.", mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {
    @Option(
            names = "--verbose",
            description = "Also the Java runtime, the engine of every cryptographic primitive, and QUIC.")
    private boolean verbose;

    @Override
    public Integer call() {
        System.out.println(Libp2p.AGENT);
        if (verbose) {
            System.out.println("java " + Runtime.version());
            System.out.println(Crypto.standard().report());
            String missing = QuicTransport.unavailable();
            System.out.println("quic " + (missing == null ? "available" : "not available: " + missing));
        }
        return Exit.DONE;
    }

    /** For {@code --version}. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {Libp2p.AGENT};
        }
    }
}
