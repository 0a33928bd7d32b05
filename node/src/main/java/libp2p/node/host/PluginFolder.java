package libp2p.node.host;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.datastore.OwnerOnly;

/** A folder of jars that bring protocols and transports. They run with all rights of this process. */
public final class PluginFolder {
    private static final int MOST_JARS = 256;

    private PluginFolder() {}

    /**
     * A class loader of all jars of a folder, in the order of their names. It stays open as long as the process, since
     * classes are loaded when they are first needed.
     *
     * @throws IOException also if another user owns the folder or a jar, or others may change them: they would run as this process
     */
    public static ClassLoader loader(Path folder) throws IOException {
        OwnerOnly.requireUnchangeable(folder);
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path jar : files) {
                if (jars.size() == MOST_JARS) {
                    throw new IllegalArgumentException(folder + " holds more than " + MOST_JARS + " jars");
                }
                OwnerOnly.requireUnchangeable(jar);
                jars.add(jar);
            }
        }
        jars.sort(null);
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = jars.get(i).toUri().toURL();
        }
        return new URLClassLoader("plugins", urls, PluginFolder.class.getClassLoader());
    }
}
