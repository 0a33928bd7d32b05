package libp2p.node;

import java.util.concurrent.Callable;
import libp2p.Libp2p;
import libp2p.crypto.Crypto;
import libp2p.crypto.EngineReport;
import libp2p.node.host.Exit;
import libp2p.system.SystemEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** {@code p2p version}. */
@Command(name = "version", description = "Prints versions.", mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {
    @Option(
            names = "--verbose",
            description = "Also the Java runtime, and the engine of every cryptographic primitive.")
    private boolean verbose;

    @Option(names = "--measure", description = "With --verbose: measure the engines first, some seconds.")
    private boolean measure;

    @Override
    public Integer call() {
        if (measure && !verbose) {
            throw new IllegalArgumentException("--measure needs --verbose");
        }
        System.out.println(Libp2p.AGENT);
        if (verbose) {
            System.out.println("java " + Runtime.version());
            engines(Crypto.standard());
        }
        return Exit.DONE;
    }

    private void engines(Crypto crypto) {
        crypto.report();
        if (measure) {
            crypto.measure(SystemEnvironment.shared()::nanoTime);
        }
        for (EngineReport report : crypto.report()) {
            StringBuilder line = new StringBuilder("%-18s %-9s  %s"
                    .formatted(report.primitive().label(), report.engine().label(), report.detail()));
            for (EngineReport.Timing timing : report.timings()) {
                line.append("; %s %.1f µs".formatted(timing.engine().label(), timing.nanos() / 1000));
            }
            for (EngineReport.PassedOver passedOver : report.passedOver()) {
                line.append("; not ")
                        .append(passedOver.engine().label())
                        .append(": ")
                        .append(passedOver.reason());
            }
            System.out.println(line);
        }
    }

    /** For {@code --version}. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {Libp2p.AGENT};
        }
    }
}
