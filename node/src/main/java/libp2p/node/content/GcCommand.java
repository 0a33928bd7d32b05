package libp2p.node.content;

import java.io.IOException;
import libp2p.blocks.GarbageCollector;
import picocli.CommandLine.Command;

/** {@code p2p gc}. */
@Command(
        name = "gc",
        description = "Removes the blocks that no pin keeps, while others read and write.",
        mixinStandardHelpOptions = true)
public final class GcCommand extends ContentCommand {
    @Override
    void run(ContentContext context) throws IOException {
        GarbageCollector.Result result = context.store().collectGarbage();
        long freed = context.store().compact();
        for (GarbageCollector.BrokenPin broken : result.broken()) {
            event(
                    context.out(),
                    "broken",
                    "the pin " + broken.pin().cid() + " is not whole: " + broken.missing()
                            + " is not here; what is here of it was kept",
                    "cid",
                    broken.pin().cid(),
                    "missing",
                    broken.missing());
        }
        event(
                context.out(),
                "collected",
                "removed " + result.removed() + " blocks of " + result.removedBytes() + " bytes, kept " + result.kept()
                        + "; the disk got " + freed + " bytes back",
                "removed",
                result.removed(),
                "bytes",
                result.removedBytes(),
                "kept",
                result.kept(),
                "freed",
                freed);
    }
}
