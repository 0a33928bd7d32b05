package libp2p.denylist;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;
import libp2p.ipld.policy.ContentPolicy;
import libp2p.ipld.policy.Denial;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * Denylists in force together: files, and all files {@code *.deny} of folders in the order of their names. A later list
 * overrides an earlier one. They are looked at from time to time, and those that have changed are read again; one that
 * cannot be read any more stays in force as it was, and so do those of a folder that has none any more: it may have been
 * unmounted. One that has become shorter is believed when it is the same a moment later: it may be half written.
 * Thread-safe.
 */
public final class Denylists implements ContentPolicy, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Denylists.class.getName());
    private static final String EXTENSION = ".deny";
    /** A list that has become shorter is looked at again after this part of the time between two looks. */
    private static final int AGAIN = 10;

    /** The state of a file that was read. */
    private record Version(
            long size, long modified, @Nullable Object key) {
        static Version of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Version(
                    attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS), attributes.fileKey());
        }
    }

    private record Loaded(Denylist list, Version version) {}

    private final Environment environment;
    private final List<Path> folders;
    private final List<Path> named;
    private final DenylistLimits limits;
    private final long memory;
    private final RepeatingTimer timer;
    private volatile Map<Path, Loaded> lists;
    // of the thread that looks
    private final Map<Path, String> told = new LinkedHashMap<>();
    private final Map<Path, Version> shorter = new HashMap<>();

    private Denylists(
            Environment environment,
            List<Path> folders,
            List<Path> named,
            DenylistLimits limits,
            long memory,
            Map<Path, Loaded> lists) {
        this.environment = environment;
        this.folders = folders;
        this.named = named;
        this.limits = limits;
        this.memory = memory;
        this.lists = lists;
        this.timer = new RepeatingTimer(environment, this::start);
    }

    /**
     * Reads lists, and looks at them again until they are closed; blocks.
     *
     * @param folders of files {@code *.deny}; they need not be there
     * @param files that override those of the folders
     * @throws IOException naming the file and the line, if a list cannot be read
     */
    public static Denylists open(Environment environment, List<Path> folders, List<Path> files, DenylistLimits limits)
            throws IOException {
        return open(environment, folders, files, limits, DenylistReader.memory());
    }

    /** @param memory bytes that the rules of all lists may take together */
    static Denylists open(
            Environment environment, List<Path> folders, List<Path> files, DenylistLimits limits, long memory)
            throws IOException {
        Map<Path, Loaded> lists = new LinkedHashMap<>();
        for (Path file : files(folders, files, limits, List.of())) {
            Loaded loaded = load(file, limits, memory - bytes(lists));
            if (loaded == null) {
                throw new DenylistException(file.toString(), 0, "it changes while it is read", null);
            }
            lists.put(file, loaded);
        }
        Denylists all = new Denylists(environment, List.copyOf(folders), List.copyOf(files), limits, memory, lists);
        all.timer.arm(limits.watch().toNanos());
        return all;
    }

    /** The lists in force, in the order in which they are overridden. */
    public List<Denylist> lists() {
        return lists.values().stream().map(Loaded::list).toList();
    }

    @Override
    public @Nullable Denial block(Cid cid) {
        Denial denial = null;
        for (Loaded loaded : lists.values()) {
            Rule rule = loaded.list().decision(cid);
            denial =
                    rule == null ? denial : rule.allows() ? null : loaded.list().denialOf(rule);
        }
        return denial;
    }

    @Override
    public @Nullable Denial path(String namespace, String root, List<String> rest) {
        Denial denial = null;
        for (Loaded loaded : lists.values()) {
            Rule rule = loaded.list().decision(namespace, root, rest);
            denial =
                    rule == null ? denial : rule.allows() ? null : loaded.list().denialOf(rule);
        }
        return denial;
    }

    private void start(RepeatingTimer due) {
        environment.start("denylists", this::look);
    }

    private void look() {
        try {
            environment.offload(() -> {
                refresh();
                return true;
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "looking at the denylists failed: " + e.getMessage());
        } finally {
            timer.arm(limits.watch().toNanos() / (shorter.isEmpty() ? 1 : AGAIN));
        }
    }

    /** Reads what has changed. */
    private void refresh() {
        Map<Path, Loaded> next = new LinkedHashMap<>();
        List<Path> files;
        try {
            files = files(folders, named, limits, lists.keySet());
        } catch (IOException e) {
            tell(Path.of(""), e);
            return;
        }
        shorter.keySet().retainAll(files);
        for (Path file : files) {
            Loaded known = lists.get(file);
            Loaded now = known;
            try {
                if (known == null || isChanged(file, known.version())) {
                    Map<Path, Loaded> others = new HashMap<>(lists);
                    others.putAll(next);
                    others.remove(file);
                    Loaded read = load(file, limits, memory - bytes(others));
                    now = read == null ? known : read;
                }
                told.remove(file);
            } catch (IOException e) {
                shorter.remove(file);
                tell(file, e);
            }
            if (now != null) {
                next.put(file, now);
            }
        }
        lists.forEach((file, before) -> {
            Loaded now = next.get(file);
            if (now == null || now.list().size() < before.list().size()) {
                LOG.log(
                        Level.WARNING,
                        () -> "denylist " + file + " has "
                                + (now == null ? 0 : now.list().size()) + " rules instead of "
                                + before.list().size());
            }
        });
        lists = next;
    }

    /** Whether a file is another one than before, and whole as far as it can be told. */
    private boolean isChanged(Path file, Version before) throws IOException {
        Version now = Version.of(file);
        Version last = now.size() < before.size() ? shorter.put(file, now) : now;
        if (!now.equals(last)) {
            return false;
        }
        shorter.remove(file);
        return !now.equals(before);
    }

    private static long bytes(Map<Path, Loaded> lists) {
        return lists.values().stream()
                .mapToLong(loaded -> loaded.list().bytes())
                .sum();
    }

    private void tell(Path file, IOException e) {
        String what = String.valueOf(e.getMessage());
        if (!what.equals(told.put(file, what))) {
            LOG.log(Level.WARNING, () -> "the rules before stay in force: " + what);
        }
    }

    /**
     * The files, in the order in which they override each other.
     *
     * @param before those that were read before
     */
    private static List<Path> files(
            List<Path> folders, List<Path> named, DenylistLimits limits, Collection<Path> before) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path folder : folders) {
            List<Path> found = new ArrayList<>();
            if (Files.isDirectory(folder)) {
                try (Stream<Path> entries = Files.list(folder)) {
                    entries.filter(file -> String.valueOf(file.getFileName()).endsWith(EXTENSION))
                            .sorted()
                            .forEach(found::add);
                }
            }
            if (found.isEmpty()) { // the ones before stay in force, and their absence is told
                before.stream().filter(file -> folder.equals(file.getParent())).forEach(found::add);
            }
            files.addAll(found);
        }
        files.removeAll(named);
        files.addAll(named);
        if (files.size() > limits.lists()) {
            throw new DenylistException(
                    files.getLast().toString(),
                    0,
                    "one of " + files.size() + " lists, at most " + limits.lists(),
                    null);
        }
        return files;
    }

    /** A list that does not change while it is read, or null. */
    private static @Nullable Loaded load(Path file, DenylistLimits limits, long memory) throws IOException {
        try {
            Version version = Version.of(file);
            if (version.size() > limits.fileBytes()) {
                throw new DenylistException(
                        file.toString(), 0, "the file has more than " + limits.fileBytes() + " bytes", null);
            }
            Denylist list;
            try (InputStream in = Files.newInputStream(file)) {
                list = Denylist.read(file.toString(), in, limits, memory);
            }
            if (!version.equals(Version.of(file))) {
                return null;
            }
            list.invalid()
                    .forEach((line, what) -> LOG.log(
                            Level.WARNING, () -> "denylist " + file + ", line " + line + " is left out: " + what));
            LOG.log(Level.DEBUG, () -> "denylist " + list.name() + ": " + list.size() + " rules of " + file);
            return new Loaded(list, version);
        } catch (DenylistException e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw new DenylistException(file.toString(), 0, "there is no such file", e);
        } catch (IOException e) {
            throw new DenylistException(file.toString(), 0, String.valueOf(e.getMessage()), e);
        }
    }

    /** Ends the looking; the rules stay. Idempotent. */
    @Override
    public void close() {
        timer.close();
    }
}
