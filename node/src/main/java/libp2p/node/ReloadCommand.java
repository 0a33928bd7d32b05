package libp2p.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import libp2p.auth.FileRules;
import libp2p.core.host.Host;
import libp2p.node.host.Exit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code p2p reload}. */
@Command(
        name = "reload",
        description =
                "Tells the node that runs on a data directory to read the rules of its --access FILE again, now; by"
                        + " itself it does so every few seconds. If they are wrong, those before hold on.",
        mixinStandardHelpOptions = true)
final class ReloadCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", required = true, description = "The folder of p2p node --data.")
    private Path data = Path.of("");

    @Override
    public Integer call() throws IOException {
        List<String> answer = ControlClient.ask(data, List.of("reload"))
                .orElseThrow(() -> new IOException("no node runs on " + data));
        answer.forEach(System.out::println);
        System.out.flush();
        return Exit.DONE;
    }

    /** The work and the answer of the node. */
    static List<String> answer(Host host) throws IOException {
        FileRules rules = host.service(FileRules.class)
                .orElseThrow(
                        () -> new IOException("the node runs without --access FILE: there is nothing to read again"));
        return List.of(rules.reload() ? "the rules have changed" : "the rules have not changed");
    }
}
