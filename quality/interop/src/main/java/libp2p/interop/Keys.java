package libp2p.interop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;

/**
 * The key files of a run: those of private networks, and identities of the types that are not the default.
 *
 * @param folder where they are
 * @param certificate of our wss listeners
 */
record Keys(Path folder, Certificate certificate) {
    /** Writes the key files into the folder. */
    static Keys create(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Keys keys = new Keys(folder, Certificate.create(folder));
        writeNetworkKey(keys.shared());
        writeNetworkKey(keys.other());
        Properties identities = new Properties();
        try (InputStream in = Keys.class.getResourceAsStream("identities.properties")) {
            identities.load(in);
        }
        for (String type : identities.stringPropertyNames()) {
            Files.write(keys.identity(type), HexFormat.of().parseHex(identities.getProperty(type)));
        }
        return keys;
    }

    /** The private network of the listeners. */
    Path shared() {
        return folder.resolve("shared.swarm.key");
    }

    /** Another private network. */
    Path other() {
        return folder.resolve("other.swarm.key");
    }

    /** An identity of the given type. */
    Path identity(String type) {
        return folder.resolve(type + ".key");
    }

    private static void writeNetworkKey(Path file) throws IOException {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        Files.writeString(
                file, "/key/swarm/psk/1.0.0/\n/base16/\n" + HexFormat.of().formatHex(key) + "\n");
    }
}
