package libp2p.node.content;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import libp2p.blocks.Pins;
import libp2p.exchange.fetch.Fetcher;
import libp2p.ipld.BlockNotFoundException;
import libp2p.multiformats.Cid;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p pin}. */
@Command(
        name = "pin",
        description = "The content that garbage collection keeps.",
        mixinStandardHelpOptions = true,
        subcommands = {PinCommand.Add.class, PinCommand.Ls.class, PinCommand.Rm.class, RemotePinCommand.class})
public final class PinCommand {
    /** {@code p2p pin add}. */
    @Command(name = "add", description = "Pins roots, fetching what is not here.", mixinStandardHelpOptions = true)
    static final class Add extends ContentCommand {
        @Parameters(paramLabel = "CID", arity = "1..*")
        private List<String> cids = List.of();

        @Option(names = "--direct", description = "The block alone, and not what is below it.")
        private boolean direct;

        @Mixin
        private PeerOptions peers = new PeerOptions();

        @Override
        void run(ContentContext context) throws IOException {
            Pins.Kind kind = direct ? Pins.Kind.DIRECT : Pins.Kind.RECURSIVE;
            for (String cid : cids) {
                Cid parsed = Cid.parse(cid);
                try (Fetcher fetcher = peers.fetcher(context)) {
                    context.store().pins().add(parsed, kind, fetcher);
                }
                told(context, parsed, kind);
            }
        }

        private void told(ContentContext context, Cid cid, Pins.Kind kind) {
            event(context.out(), "pinned", "pinned " + cid, "cid", cid, "type", word(kind));
        }
    }

    /** {@code p2p pin ls}. */
    @Command(name = "ls", description = "Lists the pins.", mixinStandardHelpOptions = true)
    static final class Ls extends ContentCommand {
        @Override
        void run(ContentContext context) throws IOException {
            for (Pins.Pin pin : context.store().pins().list()) {
                event(
                        context.out(),
                        "pin",
                        pin.cid() + " " + word(pin.kind()),
                        "cid",
                        pin.cid(),
                        "type",
                        word(pin.kind()),
                        "owners",
                        pin.owners().keySet().stream()
                                .map(owner -> owner.isEmpty() ? "own" : owner)
                                .toList());
            }
        }
    }

    /** {@code p2p pin rm}. */
    @Command(name = "rm", description = "Removes pins.", mixinStandardHelpOptions = true)
    static final class Rm extends ContentCommand {
        @Parameters(paramLabel = "CID", arity = "1..*")
        private List<String> cids = List.of();

        @Override
        void run(ContentContext context) throws IOException {
            for (String cid : cids) {
                Pins pins = context.store().pins();
                boolean removed = pins.remove(Cid.parse(cid));
                Pins.Pin left = pins.get(Cid.parse(cid));
                String others =
                        left == null ? "" : String.join(", ", left.owners().keySet());
                if (!removed) {
                    throw new BlockNotFoundException(
                            Cid.parse(cid),
                            left == null
                                    ? "it is not pinned"
                                    : "it is pinned for others alone, who give it up themselves: " + others);
                }
                event(
                        context.out(),
                        "unpinned",
                        "unpinned " + cid + (left == null ? "" : "; it stays for " + others),
                        "cid",
                        cid);
            }
        }
    }

    private static String word(Pins.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
