package libp2p.node;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.ipns.IpnsName;
import libp2p.multiformats.MalformedException;
import libp2p.node.host.Exit;
import libp2p.node.host.Output;
import libp2p.protocols.fetch.Fetch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p fetch}. */
@Command(
        name = "fetch",
        description = "Asks a peer for the value of a key (/libp2p/fetch/0.0.1). Nodes with --serve values "
                + "answer for /values/KEY, with the key.",
        mixinStandardHelpOptions = true)
final class FetchCommand extends DialCommand {
    @Parameters(
            index = "1",
            paramLabel = "KEY",
            description = "In text; /ipns/NAME stands for the binary key of the name.")
    private String key = "";

    @Option(names = "--out", paramLabel = "PATH", description = "Where to write the value; else it is printed.")
    private @Nullable Path out;

    private final Fetch fetch = new Fetch();
    private boolean found;

    @Override
    void prepare(HostBuilder builder) {
        builder.with(fetch);
    }

    /** The bytes of a key; names of keys are written in binary, as routing does. */
    static byte[] bytes(String key) {
        try {
            return key.startsWith("/ipns/") ? IpnsName.parse(key).routingKey() : key.getBytes(StandardCharsets.UTF_8);
        } catch (MalformedException noName) {
            return key.getBytes(StandardCharsets.UTF_8);
        }
    }

    @Override
    void run(Host host, PeerAddress peer, Output output) throws Exception {
        Optional<byte[]> value = fetch.fetch(peer, bytes(key));
        found = value.isPresent();
        if (value.isEmpty()) {
            output.event("not_found", "the peer has no value of " + key, "key", key);
        } else if (out != null) {
            Files.write(out, value.get());
            output.event("value", value.get().length + " bytes in " + out, "key", key, "bytes", value.get().length);
        } else {
            String text = new String(value.get(), StandardCharsets.UTF_8);
            boolean binary = text.chars().anyMatch(c -> c == 0xfffd || Character.isISOControl(c) && c != '\n');
            String shown = binary ? HexFormat.of().formatHex(value.get()) : text;
            output.event("value", shown, "key", key, binary ? "hex" : "value", shown);
        }
    }

    @Override
    int result() {
        return found ? Exit.DONE : Exit.FAILED;
    }
}
