package libp2p.scenarios.lossy;

import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A path of a disk in memory. Written out, an absolute one is a name for the storage engine: see {@link EnginePath}. */
final class LossyPath implements Path {
    private final LossyFileSystem system;
    private final boolean absolute;
    private final List<String> names;

    LossyPath(LossyFileSystem system, boolean absolute, List<String> names) {
        this.system = system;
        this.absolute = absolute;
        this.names = List.copyOf(names);
    }

    /** The names from the root on. */
    String onDisk() {
        return "/" + String.join("/", toAbsolutePath().names);
    }

    List<String> names() {
        return names;
    }

    private LossyPath with(boolean rooted, List<String> other) {
        return new LossyPath(system, rooted, other);
    }

    private static LossyPath of(Path other) {
        return (LossyPath) other;
    }

    @Override
    public LossyFileSystem getFileSystem() {
        return system;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public @Nullable Path getRoot() {
        return absolute ? with(true, List.of()) : null;
    }

    @Override
    public @Nullable Path getFileName() {
        return names.isEmpty() ? null : with(false, List.of(names.getLast()));
    }

    @Override
    public @Nullable Path getParent() {
        return names.isEmpty() || !absolute && names.size() == 1
                ? null
                : with(absolute, names.subList(0, names.size() - 1));
    }

    @Override
    public int getNameCount() {
        return names.size();
    }

    @Override
    public Path getName(int index) {
        return with(false, List.of(names.get(index)));
    }

    @Override
    public Path subpath(int from, int to) {
        return with(false, names.subList(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        LossyPath start = of(other);
        return absolute == start.absolute
                && names.size() >= start.names.size()
                && names.subList(0, start.names.size()).equals(start.names);
    }

    @Override
    public boolean endsWith(Path other) {
        List<String> end = of(other).names;
        return names.size() >= end.size()
                && names.subList(names.size() - end.size(), names.size()).equals(end);
    }

    @Override
    public Path normalize() {
        List<String> left = new ArrayList<>();
        for (String name : names) {
            if (name.equals("..") && !left.isEmpty()) {
                left.removeLast();
            } else if (!name.equals(".")) {
                left.add(name);
            }
        }
        return with(absolute, left);
    }

    @Override
    public Path resolve(Path other) {
        LossyPath below = of(other);
        if (below.absolute) {
            return below;
        }
        List<String> all = new ArrayList<>(names);
        all.addAll(below.names);
        return with(absolute, all);
    }

    @Override
    public Path relativize(Path other) {
        List<String> theirs = of(other).names;
        int same = 0;
        while (same < names.size() && same < theirs.size() && names.get(same).equals(theirs.get(same))) {
            same++;
        }
        List<String> way = new ArrayList<>();
        for (int i = same; i < names.size(); i++) {
            way.add("..");
        }
        way.addAll(theirs.subList(same, theirs.size()));
        return with(false, way);
    }

    @Override
    public URI toUri() {
        return URI.create(LossyProvider.SCHEME + "://" + system.number() + onDisk());
    }

    @Override
    public LossyPath toAbsolutePath() {
        return absolute ? this : with(true, names);
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return toAbsolutePath().normalize();
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("nothing watches this disk");
    }

    @Override
    public int compareTo(Path other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LossyPath path
                && path.system == system
                && path.absolute == absolute
                && path.names.equals(names);
    }

    @Override
    public int hashCode() {
        return Objects.hash(system.number(), absolute, names);
    }

    @Override
    public String toString() {
        String text = String.join("/", names);
        return absolute ? LossyProvider.SCHEME + ":" + system.number() + "/" + text : text;
    }
}
