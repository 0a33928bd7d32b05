package libp2p.blocks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import libp2p.core.datastore.Folders;
import libp2p.core.environment.Environment;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Count and digest of a set of pins, in a file apart from the datastore that holds the pins, so that pins which the
 * datastore has lost are missed. The datastore takes each change together with a {@link Mark} of it, and then this file
 * is forced; so pins that are a change ahead of this file are what a crash between the two leaves, and pins that are
 * behind it are lost ones, also the last. The file has two slots, written in turns, and the name of the store behind
 * them. Former versions wrote a slot before the datastore, and noted behind it when that had taken the change. One
 * thread at a time; blocks for the disk.
 */
final class PinSeal {
    private static final byte[] MAGIC = "pinseal1".getBytes(US_ASCII);
    private static final int DIGEST = 32;
    private static final int CHECK = 8;
    private static final int CHECKED = 8 + Long.BYTES + 2 * (Long.BYTES + DIGEST);
    private static final int DONE = CHECKED + CHECK;
    private static final int SLOT = DONE + Long.BYTES;
    private static final int NAME = 16;
    private static final int FILE = 2 * SLOT + NAME + CHECK;

    /**
     * A set of entries, whatever their order.
     *
     * @param count entries
     * @param digest of all of them
     */
    record State(long count, byte[] digest) {
        static final State EMPTY = new State(0, new byte[DIGEST]);

        State with(byte[] key, byte[] value) {
            return new State(count + 1, mixed(key, value));
        }

        State without(byte[] key, byte[] value) {
            return new State(count - 1, mixed(key, value));
        }

        /** Each entry turns the bits of its own digest, so that it comes and goes without the others. */
        private byte[] mixed(byte[] key, byte[] value) {
            byte[] one = sha256(ByteBuffer.allocate(Integer.BYTES + key.length + value.length)
                    .putInt(key.length)
                    .put(key)
                    .put(value)
                    .array());
            byte[] mixed = digest.clone();
            for (int i = 0; i < DIGEST; i++) {
                mixed[i] ^= one[i];
            }
            return mixed;
        }

        boolean is(State other) {
            return count == other.count && Arrays.equals(digest, other.digest);
        }

        private void writeTo(ByteBuffer out) {
            out.putLong(count).put(digest);
        }

        private static State next(ByteBuffer in) {
            long count = in.getLong();
            byte[] digest = new byte[DIGEST];
            in.get(digest);
            return new State(count, digest);
        }
    }

    /**
     * The record that the datastore holds beside the pins: which change of which store was the last.
     *
     * @param store random name of the store
     * @param generation number of the change
     */
    record Mark(byte[] store, long generation, State before, State after) {
        private static final int BYTES = NAME + Long.BYTES + 2 * (Long.BYTES + DIGEST);

        byte[] encode() {
            ByteBuffer out = ByteBuffer.allocate(BYTES + CHECK);
            out.put(store).putLong(generation);
            before.writeTo(out);
            after.writeTo(out);
            return out.put(check(Arrays.copyOf(out.array(), BYTES))).array();
        }

        /** Null if it is damaged, or not there. */
        static @Nullable Mark of(byte @Nullable [] value) {
            if (value == null || value.length != BYTES + CHECK) {
                return null;
            }
            byte[] checked = Arrays.copyOf(value, BYTES);
            if (!Arrays.equals(check(checked), Arrays.copyOfRange(value, BYTES, value.length))) {
                return null;
            }
            ByteBuffer in = ByteBuffer.wrap(checked);
            byte[] store = new byte[NAME];
            in.get(store);
            return new Mark(store, in.getLong(), State.next(in), State.next(in));
        }
    }

    /** @param isDone whether the datastore has taken the change; slots of former versions may not say so */
    private record Slot(long generation, State before, State after, boolean isDone) {}

    private final Environment environment;
    private final Path file;
    private @Nullable Slot latest;
    private byte @Nullable [] store;
    /** Whether the file has the name of the store. */
    private boolean isNamed;

    private PinSeal(Environment environment, Path file) throws IOException {
        this.environment = environment;
        this.file = file;
        if (Files.exists(file)) {
            ByteBuffer all = ByteBuffer.wrap(LogKey.content(file));
            latest = latest(all);
            store = store(all);
            isNamed = store != null;
        }
    }

    /** Reads the file, if it is there. */
    static PinSeal open(Environment environment, Path file) throws IOException {
        return LogWriter.offload(environment, () -> new PinSeal(environment, file));
    }

    /** The name of the store, or null in a file of a former version. */
    private static byte @Nullable [] store(ByteBuffer all) {
        if (all.limit() < FILE) {
            return null;
        }
        byte[] name = new byte[NAME];
        all.get(2 * SLOT, name);
        byte[] check = new byte[CHECK];
        all.get(2 * SLOT + NAME, check);
        return Arrays.equals(check, check(name)) ? name : null;
    }

    private static @Nullable Slot latest(ByteBuffer all) {
        Slot latest = null;
        for (int at = 0; at + SLOT <= all.limit() && at < 2 * SLOT; at += SLOT) {
            Slot slot = slot(all.slice(at, SLOT));
            if (slot != null && (latest == null || slot.generation() > latest.generation())) {
                latest = slot;
            }
        }
        return latest;
    }

    private static @Nullable Slot slot(ByteBuffer in) {
        byte[] checked = new byte[CHECKED];
        in.get(checked);
        byte[] check = new byte[CHECK];
        in.get(check);
        ByteBuffer fields = ByteBuffer.wrap(checked);
        byte[] magic = new byte[MAGIC.length];
        fields.get(magic);
        if (!Arrays.equals(magic, MAGIC) || !Arrays.equals(check, check(checked))) {
            return null; // torn, or damaged
        }
        long generation = fields.getLong();
        State before = State.next(fields);
        return new Slot(generation, before, State.next(fields), in.getLong() == generation);
    }

    private static byte[] check(byte[] checked) {
        return Arrays.copyOf(sha256(checked), CHECK);
    }

    private static byte[] sha256(byte[] bytes) {
        return Multihash.sha256(bytes).digest();
    }

    /** Whether nothing that can be read was ever written. */
    boolean isAbsent() {
        return latest == null;
    }

    /** Pins that there should be; −1 if it is not known. */
    long count() {
        return latest == null ? -1 : latest.after().count();
    }

    /**
     * Whether a set is that of the last change, or one which a crash has left beside it.
     *
     * @param mark that the datastore holds
     */
    boolean fits(State found, @Nullable Mark mark) {
        Slot slot = latest;
        return slot != null
                && (found.is(slot.after())
                        || !slot.isDone() && found.is(slot.before())
                        || mark != null
                                && isOfThisStore(mark)
                                && mark.generation() == slot.generation() + 1
                                && mark.before().is(slot.after())
                                && mark.after().is(found));
    }

    /** Whether a mark is of this store, as far as it is known. */
    private boolean isOfThisStore(Mark mark) {
        return store == null || Arrays.equals(store, mark.store());
    }

    /**
     * Why pins do not fit, for people.
     *
     * @param pins name of their datastore
     */
    String misfit(String pins, @Nullable Mark mark) {
        Slot slot = latest;
        if (slot == null) {
            return file + " is damaged or was lost";
        }
        if (mark == null) {
            return pins + " is damaged, was lost, or is of a former version";
        }
        if (!isOfThisStore(mark)) {
            return pins + " and " + file + " are of different stores";
        }
        if (mark.generation() < slot.generation()) {
            return pins + " is an older copy: it has " + mark.generation() + " of the " + slot.generation()
                    + " changes that " + file + " has";
        }
        return mark.generation() > slot.generation()
                ? file + " is an older copy: it has " + slot.generation() + " of the " + mark.generation()
                        + " changes that " + pins + " has"
                : pins + " is damaged";
    }

    /** The mark of a change that leads to a set, for the datastore to take together with it. */
    Mark mark(State after) {
        if (store == null) {
            store = newName();
        }
        return new Mark(store, next(), latest == null ? after : latest.after(), after);
    }

    private byte[] newName() {
        byte[] name = new byte[NAME];
        environment.secureRandom(name);
        return name;
    }

    private long next() {
        return latest == null ? 1 : latest.generation() + 1;
    }

    /** Makes durable what the datastore has taken. */
    void changed(State after) throws IOException {
        Slot slot = new Slot(next(), latest == null ? after : latest.after(), after, true);
        byte[] name = isNamed ? null : store;
        LogWriter.offload(environment, () -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                write(channel, bytes(slot), at(slot));
                if (name != null) {
                    write(channel, bytes(name), 2 * SLOT);
                }
                channel.force(true);
            }
            return slot;
        });
        isNamed |= name != null;
        latest = slot;
    }

    /** Pins that a crash has left beside the file, or a former version in it, are as good as any set from now on. */
    void settle(State right, @Nullable Mark mark) throws IOException {
        if (store == null && mark != null) {
            store = mark.store();
        }
        Slot slot = latest;
        if (slot != null && !(slot.isDone() && right.is(slot.after()))) {
            changed(right);
        }
    }

    /** Begins anew with a set that is right. */
    void accept(State right) throws IOException {
        Slot slot = new Slot(next(), right, right, true);
        byte[] name = store == null ? newName() : store;
        LogWriter.offload(environment, () -> {
            Path written = file.resolveSibling(file.getFileName() + ".new");
            try (FileChannel channel = FileChannel.open(
                    written,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                write(channel, ByteBuffer.allocate(2 * SLOT), 0);
                write(channel, bytes(slot), at(slot));
                write(channel, bytes(name), 2 * SLOT);
                channel.force(true);
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Folders.force(folder);
            }
            return slot;
        });
        store = name;
        isNamed = true;
        latest = slot;
    }

    private static long at(Slot slot) {
        return slot.generation() % 2 * SLOT;
    }

    private static ByteBuffer bytes(Slot slot) {
        ByteBuffer bytes = ByteBuffer.allocate(SLOT);
        bytes.put(MAGIC).putLong(slot.generation());
        slot.before().writeTo(bytes);
        slot.after().writeTo(bytes);
        byte[] checked = Arrays.copyOf(bytes.array(), CHECKED);
        return bytes.put(check(checked))
                .putLong(slot.isDone() ? slot.generation() : 0)
                .flip();
    }

    private static ByteBuffer bytes(byte[] name) {
        return ByteBuffer.allocate(NAME + CHECK).put(name).put(check(name)).flip();
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        long to = at;
        while (bytes.hasRemaining()) {
            to += channel.write(bytes, to);
        }
    }
}
