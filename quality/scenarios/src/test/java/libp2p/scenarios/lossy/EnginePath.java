package libp2p.scenarios.lossy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.h2.store.fs.FilePath;

/**
 * Files of disks in memory for the storage engine, which opens them by a name: {@code lossy:3/content/index} for the
 * third file system.
 */
public final class EnginePath extends FilePath {
    /** The engine gives it its name. */
    public EnginePath() {}

    private static EnginePath of(Path path) {
        EnginePath made = new EnginePath();
        made.name = path.toString();
        return made;
    }

    private LossyPath path() {
        String text = name.substring(LossyProvider.SCHEME.length() + 1);
        int slash = text.indexOf('/');
        return LossyFileSystem.numbered(Integer.parseInt(text.substring(0, slash)))
                .getPath(text.substring(slash));
    }

    /** Something with a file. */
    @FunctionalInterface
    private interface Call<T> {
        T call(Path path) throws IOException;
    }

    private <T> T call(Call<T> call) {
        try {
            return call.call(path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String getScheme() {
        return LossyProvider.SCHEME;
    }

    @Override
    public FilePath getPath(String path) {
        EnginePath made = new EnginePath();
        made.name = path;
        return made;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        Set<OpenOption> options = mode.equals("r")
                ? Set.of(StandardOpenOption.READ)
                : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        return FileChannel.open(path(), options);
    }

    @Override
    public long size() {
        return call(Files::size);
    }

    @Override
    public void moveTo(FilePath to, boolean atomicReplace) {
        call(path -> Files.move(path, ((EnginePath) to).path(), StandardCopyOption.REPLACE_EXISTING));
    }

    @Override
    public boolean createFile() {
        return !exists() && call(path -> Files.exists(Files.createFile(path)));
    }

    @Override
    public boolean exists() {
        return Files.exists(path());
    }

    @Override
    public void delete() {
        call(Files::deleteIfExists);
    }

    @Override
    public List<FilePath> newDirectoryStream() {
        return call(path -> {
            try (Stream<Path> below = Files.list(path)) {
                List<FilePath> found = new ArrayList<>();
                below.forEach(each -> found.add(of(each)));
                return found;
            }
        });
    }

    @Override
    public FilePath toRealPath() {
        return of(path().toRealPath());
    }

    @Override
    public FilePath getParent() {
        Path parent = path().getParent();
        return of(parent == null ? path() : parent);
    }

    @Override
    public boolean isDirectory() {
        return Files.isDirectory(path());
    }

    @Override
    public boolean isRegularFile() {
        return Files.isRegularFile(path());
    }

    @Override
    public boolean isAbsolute() {
        return true;
    }

    @Override
    public long lastModified() {
        return 0;
    }

    @Override
    public boolean canWrite() {
        return true;
    }

    @Override
    public void createDirectory() {
        call(Files::createDirectory);
    }

    @Override
    public boolean setReadOnly() {
        return false;
    }
}
