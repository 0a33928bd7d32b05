package libp2p.node;

import java.util.concurrent.Callable;
import libp2p.Limits;
import libp2p.core.limits.LimitSet;
import libp2p.node.host.Exit;
import libp2p.node.host.LimitsOption;
import libp2p.swarm.resource.LimitsFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code p2p limits}. */
@Command(
        name = "limits",
        description = "Prints every limit of a node on this machine, in the form of the file of --limits, to be"
                + " edited. A limit that the file does not name keeps its default. A wrong file is told by its line.",
        mixinStandardHelpOptions = true)
final class LimitsCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = LimitsOption.CHOICE,
            defaultValue = LimitsOption.DEFAULT,
            description = "The defaults of this machine, no limits, or the defaults with the changes of a file.")
    private String limits = LimitsOption.DEFAULT;

    @Override
    public Integer call() {
        System.out.print("""
            # Limits of a node on this machine. Lines of this form, in a file, change them: p2p node --limits FILE.
            # system: all there is; transient: before the peer or protocol is known; unproved: before a UDP address is proved;
            # peer, protocol, service, connection, stream: each of them; protocol[/ipfs/kad/1.0.0].streams: a single one.
            # memory is in bytes or MiB, descriptors are open files, perSecond is a rate of new connections.
            """);
        Limits all = LimitsOption.read(limits);
        System.out.print(LimitsFile.text(all.resources()));
        System.out.print("""
            # The limits of each part: numbers, also in KiB, MiB and GiB, unlimited, or durations such as 250ms, 15s and 7d.
            # Above each stands its range, and what it bounds.
            """);
        for (LimitSet.Line line : all.parts().lines()) {
            System.out.println("# " + line.range() + ": " + line.meaning());
            System.out.println(line.name() + " = " + line.value());
        }
        System.out.flush();
        return Exit.DONE;
    }
}
