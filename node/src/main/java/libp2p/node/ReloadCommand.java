package libp2p.node;

import java.io.IOException;
import java.util.concurrent.Callable;
import libp2p.node.control.Controls;
import libp2p.node.host.DataFolder;
import libp2p.node.host.Exit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code p2p reload}. */
@Command(
        name = "reload",
        description =
                "Tells the node that runs on a data directory to read the rules of its --access FILE again, now; by"
                        + " itself it does so every few seconds. If they are wrong, those before hold on.",
        mixinStandardHelpOptions = true)
final class ReloadCommand implements Callable<Integer> {
    @Mixin
    private DataFolder data = new DataFolder();

    @Override
    public Integer call() throws IOException {
        boolean changed = Controls.running(data.path()).reload();
        System.out.println(changed ? "the rules have changed" : "the rules have not changed");
        System.out.flush();
        return Exit.DONE;
    }
}
