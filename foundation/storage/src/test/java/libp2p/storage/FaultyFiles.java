package libp2p.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A file system of the engine, {@code faulty:/path}, that keeps what was not forced in memory: a crash makes of it a
 * random part, in no order, and the last of them perhaps torn. It may also be full.
 */
public final class FaultyFiles extends FilePathWrapper {
    private static final String SCHEME = "faulty";
    private static final List<Channel> OPEN = new ArrayList<>();
    private static volatile long quota = Long.MAX_VALUE;
    private static final List<Unforced> LOST = new ArrayList<>();
    private static volatile boolean failsToForce;

    static {
        FilePath.register(new FaultyFiles());
    }

    /** The engine makes one for each path. */
    public FaultyFiles() {}

    /** The name under which the engine finds the file. */
    static String name(java.nio.file.Path file) {
        return SCHEME + ":" + file;
    }

    /** No file grows over so many bytes from now on. */
    static void quota(long bytes) {
        quota = bytes;
    }

    /**
     * The disk does not take what the next force brings, of which the cache of the kernel says from then on that it is on
     * the disk: it can be read until the power fails, and no later force brings it again.
     */
    static void failToForce() {
        failsToForce = true;
    }

    /** The power fails: of what was not forced each part reaches the disk or not. */
    static void crash(Random random) throws IOException {
        for (Channel channel : List.copyOf(OPEN)) {
            channel.crash(random);
        }
        OPEN.clear();
        LOST.clear();
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        Channel channel = new Channel(getBase().open(mode));
        OPEN.add(channel);
        return channel;
    }

    private record Unforced(long position, byte[] bytes, long truncatedTo) {}

    private static final class Channel extends FileBase {
        private final FileChannel base;
        private final List<Unforced> unforced = new ArrayList<>();
        private byte[] image;
        private long position;
        private boolean dead;

        Channel(FileChannel base) throws IOException {
            this.base = base;
            ByteBuffer content = ByteBuffer.allocate((int) base.size());
            while (content.hasRemaining() && base.read(content, content.position()) >= 0) {}
            image = content.array();
            LOST.forEach(this::show);
        }

        private void check() throws IOException {
            if (dead) {
                throw new IOException("the power has failed");
            }
        }

        @Override
        public synchronized int read(ByteBuffer to, long from) throws IOException {
            check();
            if (from >= image.length) {
                return -1;
            }
            int count = (int) Math.min(to.remaining(), image.length - from);
            to.put(image, (int) from, count);
            return count;
        }

        @Override
        public synchronized int read(ByteBuffer to) throws IOException {
            int count = read(to, position);
            position += Math.max(0, count);
            return count;
        }

        @Override
        public synchronized int write(ByteBuffer from, long at) throws IOException {
            check();
            if (at + from.remaining() > quota) {
                throw new IOException("No space left on device");
            }
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            Unforced written = new Unforced(at, bytes, -1);
            show(written);
            note(written);
            return bytes.length;
        }

        private void note(Unforced each) {
            unforced.add(each);
            if (!LOST.isEmpty()) {
                LOST.add(each); // covers what was lost
            }
        }

        private void show(Unforced each) {
            if (each.truncatedTo >= 0) {
                image = java.util.Arrays.copyOf(image, (int) each.truncatedTo);
                return;
            }
            int end = (int) each.position + each.bytes.length;
            if (end > image.length) {
                image = java.util.Arrays.copyOf(image, end);
            }
            System.arraycopy(each.bytes, 0, image, (int) each.position, each.bytes.length);
        }

        @Override
        public synchronized int write(ByteBuffer from) throws IOException {
            int count = write(from, position);
            position += count;
            return count;
        }

        @Override
        public synchronized void force(boolean metadata) throws IOException {
            check();
            if (failsToForce) {
                failsToForce = false;
                LOST.addAll(unforced);
                unforced.clear();
                throw new IOException("Input/output error");
            }
            for (Unforced each : unforced) {
                apply(each, each.bytes.length);
            }
            unforced.clear();
        }

        private void apply(Unforced each, int length) throws IOException {
            if (each.truncatedTo >= 0) {
                base.truncate(each.truncatedTo);
            } else {
                base.write(ByteBuffer.wrap(each.bytes, 0, length), each.position);
            }
        }

        synchronized void crash(Random random) throws IOException {
            if (!dead && base.isOpen()) {
                for (Unforced each : unforced) {
                    switch (random.nextInt(3)) {
                        case 0 -> apply(each, each.bytes.length);
                        case 1 -> apply(each, random.nextInt(each.bytes.length + 1));
                        default -> {}
                    }
                }
                dead = true;
                base.close();
            }
        }

        @Override
        public synchronized long position() {
            return position;
        }

        @Override
        public synchronized FileChannel position(long value) {
            position = value;
            return this;
        }

        @Override
        public synchronized long size() {
            return image.length;
        }

        @Override
        public synchronized FileChannel truncate(long size) throws IOException {
            check();
            if (size < image.length) {
                image = java.util.Arrays.copyOf(image, (int) size);
                note(new Unforced(0, new byte[0], size));
            }
            return this;
        }

        @Override
        public FileLock tryLock(long from, long size, boolean shared) throws IOException {
            return base.tryLock(from, size, shared);
        }

        @Override
        protected synchronized void implCloseChannel() throws IOException {
            if (!dead) {
                force(true);
            }
            base.close();
        }
    }
}
