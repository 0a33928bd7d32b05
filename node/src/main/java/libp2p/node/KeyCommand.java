package libp2p.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.Callable;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PrivateKey;
import libp2p.node.host.Exit;
import libp2p.node.host.Output;
import libp2p.system.SystemEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p key}. */
@Command(
        name = "key",
        description = "Makes, shows and converts keys.",
        mixinStandardHelpOptions = true,
        subcommands = {KeyCommand.New.class, KeyCommand.Show.class, KeyCommand.Convert.class})
final class KeyCommand implements Callable<Integer> {
    @picocli.CommandLine.Spec
    picocli.CommandLine.Model.CommandSpec spec = picocli.CommandLine.Model.CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(System.err);
        return Exit.USAGE;
    }

    /** {@code p2p key new}. */
    @Command(name = "new", description = "Makes a key file.", mixinStandardHelpOptions = true)
    static final class New implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "Key file; must not be there yet.")
        private Path file = Path.of("");

        @Option(names = "--type", defaultValue = "ed25519", description = "One of ${COMPLETION-CANDIDATES}.")
        private KeyType type = KeyType.ED25519;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            if (Files.exists(file)) {
                throw new IllegalArgumentException(file + " exists already");
            }
            show(Identity.loadOrCreate(file, type, SystemEnvironment.shared()), json);
            return Exit.DONE;
        }
    }

    /** {@code p2p key show}. */
    @Command(name = "show", description = "Shows the peer id of a key file.", mixinStandardHelpOptions = true)
    static final class Show implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "Key file.")
        private Path file = Path.of("");

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            show(Identity.load(file), json);
            return Exit.DONE;
        }
    }

    /** {@code p2p key convert}. */
    @Command(
            name = "convert",
            description = "Converts between the forms of a peer id, or the binary and base64 forms of a key file.",
            mixinStandardHelpOptions = true)
    static final class Convert implements Callable<Integer> {
        @Parameters(paramLabel = "ID|FILE", description = "A peer id in either text form, or a key file.")
        private String source = "";

        @Option(names = "--out", paramLabel = "FILE", description = "Where a converted key goes; base64 to binary.")
        private @org.jspecify.annotations.Nullable Path out;

        @Override
        public Integer call() throws Exception {
            Path file = Path.of(source);
            if (!Files.exists(file)) {
                if (out != null) {
                    throw new IllegalArgumentException("--out is for a key file; there is no file " + source);
                }
                PeerId id = PeerId.parse(source);
                System.out.println(source.equals(id.toString()) ? id.toCidString() : id.toString());
            } else if (out != null) {
                byte[] bytes = Base64.getMimeDecoder().decode(Files.readAllBytes(file));
                Identity.of(PrivateKey.fromProtobuf(bytes)).save(out);
            } else {
                System.out.println(Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
            }
            return Exit.DONE;
        }
    }

    private static void show(Identity identity, boolean json) {
        new Output(json, System.out)
                .event(
                        "key",
                        identity.peerId() + " (" + identity.publicKey().type() + ")",
                        "peer",
                        identity.peerId(),
                        "cid",
                        identity.peerId().toCidString(),
                        "type",
                        identity.publicKey().type().toString().toLowerCase(java.util.Locale.ROOT));
    }
}
