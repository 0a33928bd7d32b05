package libp2p.protocols.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/** Files of the disk that were added by name; their hashes are computed when they are. Thread-safe. */
public final class FolderSource implements FileSource {
    private final Environment environment;
    private final Map<String, Path> files = new ConcurrentHashMap<>();

    /** @param environment reads files on its platform pool */
    public FolderSource(Environment environment) {
        this.environment = environment;
    }

    /** Adds a file, which must not change from now on; blocks. Returns its SHA-256. */
    public byte[] add(Path file) throws IOException {
        byte[] hash = offload(environment, () -> {
            MessageDigest digest = Sha.digest();
            try (InputStream in = Files.newInputStream(file)) {
                Sha.update(digest, in);
            }
            return digest.digest();
        });
        files.put(HexFormat.of().formatHex(hash), file);
        return hash;
    }

    @Override
    public @Nullable Content find(byte[] sha256) throws IOException {
        Path file = files.get(HexFormat.of().formatHex(sha256));
        if (file == null) {
            return null;
        }
        long size = Files.size(file);
        return new Content() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open(long offset) throws IOException {
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                return Channels.newInputStream(channel.position(offset));
            }
        };
    }

    /** Runs what holds a thread of the disk. */
    static <T> T offload(Environment environment, Callable<T> call) throws IOException {
        try {
            return environment.offload(call);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a file was read or written");
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
