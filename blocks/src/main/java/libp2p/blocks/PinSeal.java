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
 * datastore has lost are missed. The file has two slots, written in turns: each holds the set before a change and that
 * after it, and is forced before the datastore is written, so that a crash between the two is no loss. When the
 * datastore has taken the change, the slot says so, and the set before counts no more. One thread at a time; blocks
 * for the disk.
 */
final class PinSeal {
    private static final byte[] MAGIC = "pinseal1".getBytes(US_ASCII);
    private static final int DIGEST = 32;
    private static final int CHECK = 8;
    private static final int CHECKED = 8 + Long.BYTES + 2 * (Long.BYTES + DIGEST);
    private static final int DONE = CHECKED + CHECK;
    private static final int SLOT = DONE + Long.BYTES;

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
    }

    /** @param isDone whether the datastore has taken the change */
    private record Slot(long generation, State before, State after, boolean isDone) {}

    private final Environment environment;
    private final Path file;
    private @Nullable Slot latest;

    private PinSeal(Environment environment, Path file, @Nullable Slot latest) {
        this.environment = environment;
        this.file = file;
        this.latest = latest;
    }

    /** Reads the file, if it is there. */
    static PinSeal open(Environment environment, Path file) throws IOException {
        return LogWriter.offload(environment, () -> new PinSeal(environment, file, read(file)));
    }

    private static @Nullable Slot read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        Slot latest = null;
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
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
        State before = state(fields);
        return new Slot(generation, before, state(fields), in.getLong() == generation);
    }

    private static State state(ByteBuffer in) {
        long count = in.getLong();
        byte[] digest = new byte[DIGEST];
        in.get(digest);
        return new State(count, digest);
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

    /** Whether a set is that of the last change, or that before one which the datastore has perhaps not taken. */
    boolean fits(State found) {
        return latest != null && (found.is(latest.after()) || !latest.isDone() && found.is(latest.before()));
    }

    /** Makes a change durable that the datastore is to be told next. */
    void change(State before, State after) throws IOException {
        Slot slot = new Slot(latest == null ? 1 : latest.generation() + 1, before, after, false);
        ByteBuffer bytes = bytes(slot);
        LogWriter.offload(environment, () -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                write(channel, bytes, at(slot));
                channel.force(true);
            }
            return slot;
        });
        latest = slot;
    }

    /** The datastore has taken the last change; this need not be durable. */
    void done() throws IOException {
        Slot slot = latest;
        if (slot != null && !slot.isDone()) {
            LogWriter.offload(environment, () -> {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    ByteBuffer mark = ByteBuffer.allocate(Long.BYTES).putLong(0, slot.generation());
                    write(channel, mark, at(slot) + DONE);
                }
                return slot;
            });
            latest = new Slot(slot.generation(), slot.before(), slot.after(), true);
        }
    }

    /** Begins anew with a set that is right. */
    void accept(State right) throws IOException {
        Slot slot = new Slot(latest == null ? 1 : latest.generation() + 1, right, right, true);
        LogWriter.offload(environment, () -> {
            Path written = file.resolveSibling(file.getFileName() + ".new");
            try (FileChannel channel = FileChannel.open(
                    written,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                write(channel, ByteBuffer.allocate(2 * SLOT), 0);
                write(channel, bytes(slot), at(slot));
                channel.force(true);
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Folders.force(folder);
            }
            return slot;
        });
        latest = slot;
    }

    private static long at(Slot slot) {
        return slot.generation() % 2 * SLOT;
    }

    private static ByteBuffer bytes(Slot slot) {
        ByteBuffer bytes = ByteBuffer.allocate(SLOT);
        bytes.put(MAGIC).putLong(slot.generation());
        for (State state : new State[] {slot.before(), slot.after()}) {
            bytes.putLong(state.count()).put(state.digest());
        }
        byte[] checked = Arrays.copyOf(bytes.array(), CHECKED);
        return bytes.put(check(checked))
                .putLong(slot.isDone() ? slot.generation() : 0)
                .flip();
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        long to = at;
        while (bytes.hasRemaining()) {
            to += channel.write(bytes, to);
        }
    }
}
