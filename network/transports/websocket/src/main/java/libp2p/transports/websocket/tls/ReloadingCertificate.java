package libp2p.transports.websocket.tls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/**
 * A certificate in files that is read again when they change. A change that cannot be used, such as a certificate whose
 * key has not been written yet, leaves the old one in force and is reported once.
 */
final class ReloadingCertificate implements CertificateSource {
    private static final System.Logger LOG = System.getLogger(ReloadingCertificate.class.getName());
    private static final long CHECK_NANOS = 1_000_000_000L;

    /** Reads the files; blocks. */
    @FunctionalInterface
    interface Loader {
        CertifiedKey load(List<Path> files) throws IOException;
    }

    private record Stamp(
            FileTime modified, long length, @Nullable Object file) {}

    private record Loaded(SSLContext context, List<Stamp> stamps) {}

    private final List<Path> files;
    private final Loader loader;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile @Nullable Loaded loaded;
    private volatile long checked;

    ReloadingCertificate(List<Path> files, Loader loader) {
        this.files = List.copyOf(files);
        this.loader = loader;
    }

    @Override
    public SSLContext current(Environment environment) throws IOException {
        Loaded before = loaded;
        if (before == null) {
            Loaded first = offload(environment, () -> load(stamps()));
            loaded = first;
            checked = environment.nanoTime();
            return first.context();
        }
        if (environment.nanoTime() - checked < CHECK_NANOS || !busy.compareAndSet(false, true)) {
            return before.context();
        }
        try {
            Loaded after = offload(environment, () -> reload(before));
            loaded = after;
            return after.context();
        } finally {
            checked = environment.nanoTime();
            busy.set(false);
        }
    }

    private Loaded reload(Loaded before) {
        try {
            List<Stamp> now = stamps();
            if (now.equals(before.stamps())) {
                return before;
            }
            try {
                return load(now);
            } catch (IOException e) {
                LOG.log(Level.WARNING, () -> "the changed certificate is not used: " + e.getMessage());
                return new Loaded(before.context(), now);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, () -> "the certificate cannot be read again: " + e.getMessage());
            return before;
        }
    }

    private Loaded load(List<Stamp> stamps) throws IOException {
        CertifiedKey key = loader.load(files);
        key.check();
        return new Loaded(key.context(), stamps);
    }

    private List<Stamp> stamps() throws IOException {
        List<Stamp> stamps = new ArrayList<>();
        for (Path file : files) {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            stamps.add(new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey()));
        }
        return stamps;
    }

    private static Loaded offload(Environment environment, java.util.concurrent.Callable<Loaded> call)
            throws IOException {
        try {
            return environment.offload(call);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a certificate is read");
        } catch (Exception e) {
            throw new IOException("a certificate cannot be read", e);
        }
    }
}
