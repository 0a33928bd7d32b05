package libp2p.node;

import java.util.concurrent.Callable;
import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.nat.address.Circuits;
import libp2p.node.host.Exit;
import libp2p.node.host.IdentityOptions;
import libp2p.node.host.Output;
import libp2p.node.host.Printable;
import libp2p.node.nat.ConnectionPrinter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that starts a host, does something with one peer, and closes it. */
abstract class DialCommand implements Callable<Integer> {
    @Mixin
    final IdentityOptions options;

    @Parameters(paramLabel = "MULTIADDR", description = "Address of the peer, with /p2p/ID to have it proved.")
    String address = "";

    DialCommand() {
        this(new IdentityOptions());
    }

    /** @param options those that the command follows */
    DialCommand(IdentityOptions options) {
        this.options = options;
    }

    @Override
    public final Integer call() throws Exception {
        PeerAddress peer = PeerAddress.parse(address);
        tell("dialing " + address + " …");
        if (waitsForDirect() || peer.addresses().stream().anyMatch(Circuits::isCircuit)) {
            options.nat().want();
        }
        HostBuilder builder = options.host();
        if (waitsForDirect()) {
            builder.with(new ConnectionPrinter(options.output()::event));
        }
        prepare(builder);
        try (Host host = builder.start()) {
            options.nat().follow(host, options.output()::event);
            PeerAddress connected = new PeerAddress(host.connect(peer).remotePeer(), peer.addresses());
            run(host, connected, options.output());
        }
        return result();
    }

    /** Whether the command waits for a connection without a relay. */
    boolean waitsForDirect() {
        return false;
    }

    /** Adds what the command needs. */
    void prepare(HostBuilder builder) {}

    /** The exit code after everything went well. */
    int result() {
        return Exit.DONE;
    }

    /** Says on a terminal what takes a while; programs that read the output hear nothing. */
    final void tell(String what) {
        if (!options.json && System.console() != null && System.console().isTerminal()) {
            System.err.println(Printable.of(what));
        }
    }

    /** @param peer connected, with its identity */
    abstract void run(Host host, PeerAddress peer, Output output) throws Exception;

    /** CPU seconds that this process has used. */
    static double cpuSeconds() {
        var system = (com.sun.management.OperatingSystemMXBean)
                java.lang.management.ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / 1e9;
    }
}
