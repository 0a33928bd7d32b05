import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import libp2p.core.identity.PeerId;

/** What a program was told on the command line. */
final class SeedOptions {
    final List<String> words = new ArrayList<>();
    final List<PeerId> trusted = new ArrayList<>();
    final Map<PeerId, String> roles = new LinkedHashMap<>();
    boolean json;
    String listen = "/ip4/127.0.0.1/tcp/0";
    private String text;
    private Path file;
    private String hash;
    private Path out;
    Path key;

    static SeedOptions parse(String[] arguments) {
        SeedOptions options = new SeedOptions();
        for (int i = 0; i < arguments.length; i++) {
            String name = arguments[i];
            if (name.equals("--json")) {
                options.json = true;
            } else if (!name.startsWith("--")) {
                options.words.add(name);
            } else if (++i == arguments.length) {
                throw new IllegalArgumentException(name + " needs a value");
            } else {
                options.set(name, arguments[i]);
            }
        }
        return options;
    }

    private void set(String name, String value) {
        switch (name) {
            case "--listen" -> listen = value;
            case "--text" -> text = value;
            case "--file" -> file = Path.of(value);
            case "--hash" -> hash = value;
            case "--out" -> out = Path.of(value);
            case "--key" -> key = Path.of(value);
            case "--trust" -> trusted.add(PeerId.parse(value));
            case "--role" -> {
                String[] parts = value.split("=", 2);
                if (parts.length < 2) {
                    throw new IllegalArgumentException("--role takes PEER=ROLE, not " + value);
                }
                roles.put(PeerId.parse(parts[0]), parts[1]);
            }
            default -> throw new IllegalArgumentException("unknown option " + name);
        }
    }

    /** The text of {@code --text}, or another. */
    String text(String otherwise) {
        return text == null ? otherwise : text;
    }

    Path file() {
        return required("--file", file);
    }

    String hash() {
        return required("--hash", hash);
    }

    Path out() {
        return required("--out", out);
    }

    private static <T> T required(String name, T value) {
        if (value == null) {
            throw new NoSuchElementException("this role needs " + name);
        }
        return value;
    }
}
