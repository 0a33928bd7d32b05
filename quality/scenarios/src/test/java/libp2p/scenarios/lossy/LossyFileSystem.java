package libp2p.scenarios.lossy;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.h2.store.fs.FilePath;

/**
 * A disk in memory as one process sees it: file locks are those of the process. Until it is closed the storage engine
 * finds its files by their names.
 */
public final class LossyFileSystem extends FileSystem {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final Map<Integer, LossyFileSystem> OPEN = new ConcurrentHashMap<>();

    static {
        FilePath.register(new EnginePath());
    }

    private final int number = NUMBERS.incrementAndGet();
    private final LossyDisk disk;
    private final LossyProvider provider;
    /** Which process locks which files of which disks; shared by all processes of a disk. */
    private final Map<FileNode, List<LossyLock>> locks;

    /** The disk for a first process. */
    public LossyFileSystem(LossyDisk disk) {
        this(disk, new IdentityHashMap<>());
    }

    private LossyFileSystem(LossyDisk disk, Map<FileNode, List<LossyLock>> locks) {
        this.disk = disk;
        provider = new LossyProvider(this);
        this.locks = locks;
        OPEN.put(number, this);
    }

    /** The same disk for another process beside this one. */
    public LossyFileSystem anotherProcess() {
        return new LossyFileSystem(disk, locks);
    }

    static LossyFileSystem numbered(int number) {
        LossyFileSystem system = OPEN.get(number);
        if (system == null) {
            throw new IllegalStateException("no file system " + number);
        }
        return system;
    }

    int number() {
        return number;
    }

    /** The disk below. */
    public LossyDisk disk() {
        return disk;
    }

    Map<FileNode, List<LossyLock>> locks() {
        return locks;
    }

    @Override
    public LossyProvider provider() {
        return provider;
    }

    /** The process ends: its locks are gone. */
    @Override
    public void close() {
        OPEN.remove(number);
        synchronized (disk) {
            locks.values().forEach(all -> all.removeIf(lock -> lock.process() == this));
        }
    }

    @Override
    public boolean isOpen() {
        return OPEN.containsKey(number);
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(getPath("/"));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of(new LossyFileStore(disk));
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic", "posix");
    }

    @Override
    public LossyPath getPath(String first, String... more) {
        String all = more.length == 0 ? first : first + "/" + String.join("/", more);
        List<String> names = new ArrayList<>();
        for (String name : all.split("/")) {
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return new LossyPath(this, first.startsWith("/"), names);
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        Map<String, String> meanings = new HashMap<>(Map.of("*", "[^/]*", "?", "[^/]", ".", "\\."));
        StringBuilder pattern = new StringBuilder();
        String glob = syntaxAndPattern.substring(syntaxAndPattern.indexOf(':') + 1);
        for (char c : glob.toCharArray()) {
            pattern.append(meanings.getOrDefault(String.valueOf(c), Pattern.quote(String.valueOf(c))));
        }
        Pattern compiled = Pattern.compile(pattern.toString());
        return path -> compiled.matcher(path.toString()).matches();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("a disk in memory knows no users");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("nothing watches this disk");
    }
}
