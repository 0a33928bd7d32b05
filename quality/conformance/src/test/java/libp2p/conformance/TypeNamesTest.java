package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.Test;

/** Two public types at the top of a file share a simple name only where the list says why. */
class TypeNamesTest {
    private static final Path ROOT = SourceTree.root();
    private static final Pattern TYPE = Pattern.compile(
            "^public (?:final |sealed |abstract |non-sealed |strictfp )*(?:class|record|interface|enum|@interface) (\\w+)",
            Pattern.MULTILINE);

    /** Names that several public types have, each with the reason. */
    private static final Map<String, String> SHARED = Map.of(
            "ClientHandshake", "RFC 8446 (TLS) and RFC 6455 (WebSocket) both have a handshake of the client",
            "Connection", "libp2p and RFC 9000 (QUIC) both call theirs a connection",
            "GatewayOptions", "the options of a gateway, and those of the command that starts it",
            "PeerRecord", "libp2p RFC 3 and the delegated routing specification both call theirs a peer record",
            "Role", "what a peer may do on a host, and what a peer of the kit does for others",
            "ServerHandshake", "RFC 8446 (TLS) and RFC 6455 (WebSocket) both have a handshake of the server");

    @Test
    void aSimpleNameIsThatOfOnePublicTypeUnlessTheListSaysWhy() throws IOException {
        Map<String, TreeSet<String>> types = new TreeMap<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            List<Path> sources = files.filter(file -> file.toString().contains("/src/main/java/libp2p/")
                            && file.toString().endsWith(".java"))
                    .toList();
            for (Path source : sources) {
                Matcher type = TYPE.matcher(Files.readString(source));
                while (type.find()) {
                    types.computeIfAbsent(type.group(1), name -> new TreeSet<>())
                            .add(ROOT.relativize(source).toString());
                }
            }
        }
        assertThat(types).hasSizeGreaterThan(500);
        types.values().removeIf(files -> files.size() == 1);
        assertThat(types.keySet()).as("%s", types).isEqualTo(new TreeSet<>(SHARED.keySet()));
    }
}
