package libp2p.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The implementations there are, in the order of the report. */
final class Peers {
    static final List<String> NAMES = List.of("java", "go", "rust", "js", "python", "page");

    private static final String NPM = "\"libp2p\": \"([0-9.]+)\"";

    private final Path root;
    private final Path build;

    /**
     * @param root the root of the repository
     * @param build the folder in which each peer stands as {@code NAME/peer}
     */
    Peers(Path root, Path build) {
        this.root = root;
        this.build = build;
    }

    Map<String, Peer> all() throws IOException {
        Map<String, Peer> peers = new LinkedHashMap<>();
        for (String name : NAMES) {
            peers.put(name, peer(name));
        }
        return peers;
    }

    private Peer peer(String name) throws IOException {
        return switch (name) {
            case "java" -> {
                String version = version("kit/libp2p/src/main/java/libp2p/Libp2p.java", "java-libp2p/([0-9.]+)");
                yield new Peer(
                        name,
                        "java-libp2p",
                        version,
                        "java-libp2p/" + version,
                        root.resolve("p2p").toString(),
                        List.of("--json"),
                        Map.of("P2P_NO_BUILD", "1"));
            }
            case "go" -> other(name, "go-libp2p", "go.mod", "github.com/libp2p/go-libp2p v([0-9.]+)");
            case "rust" -> other(name, "rust-libp2p", "Cargo.toml", "(?m)^libp2p = .*version = \"=([0-9.]+)\"");
            case "js" -> other(name, "js-libp2p", "package.json", NPM);
            case "page" -> other(name, "js-libp2p in Chromium", "package.json", NPM);
            case "python" -> other(name, "py-libp2p", "requirements.txt", "(?m)^libp2p==([0-9.]+)");
            default -> throw new IllegalArgumentException("unknown peer: " + name);
        };
    }

    private Peer other(String name, String implementation, String manifest, String pattern) throws IOException {
        String version = version("quality/interop/peers/" + name + "/" + manifest, pattern);
        String program = build.resolve(name).resolve("peer").toString();
        return new Peer(name, implementation, version, implementation + "/" + version, program, List.of(), Map.of());
    }

    private String version(String file, String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(root.resolve(file)));
        if (!matcher.find()) {
            throw new IOException("no version in " + file);
        }
        return matcher.group(1);
    }
}
