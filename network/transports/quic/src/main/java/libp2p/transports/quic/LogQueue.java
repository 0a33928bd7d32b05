package libp2p.transports.quic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/**
 * Text on its way into files, so that no event loop waits for a disk: a thread of its own writes what has gathered, and
 * ends when there is nothing; it also deletes files. Text that finds the queue full is left out, and a line in the file
 * says how much. Thread-safe; nothing in it blocks the caller.
 */
final class LogQueue {
    private static final System.Logger LOG = System.getLogger("libp2p.transports.quic");

    private final Environment environment;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    /** Files with text that waits. */
    private List<LogFile> dirty = new ArrayList<>();

    private int waiting;
    private boolean writing;

    /** @param most characters that wait for the disk, of all files together */
    LogQueue(Environment environment, int most) {
        this.environment = environment;
        this.most = most;
    }

    /** Adds text to a file, or counts it as missing if the queue is full. */
    void add(LogFile file, String text) {
        lock.lock();
        try {
            if (file.isOver()) {
                return;
            }
            if (text.length() > most - waiting) {
                file.missing++;
                return;
            }
            waiting += file.append(text);
            enqueue(file);
        } finally {
            lock.unlock();
        }
    }

    /** Has a file deleted after what is being written; it takes nothing more. */
    void delete(LogFile file) {
        lock.lock();
        try {
            file.delete();
            enqueue(file);
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(LogFile file) {
        if (!file.queued) {
            file.queued = true;
            dirty.add(file);
        }
        if (!writing) {
            writing = true;
            Runnable over = environment.trackActivity();
            environment.start("quic-log", () -> drain(over));
        }
    }

    /** @param over is run when nothing waits any more */
    private void drain(Runnable over) {
        try {
            while (true) {
                List<LogFile> files;
                List<@Nullable String> texts = new ArrayList<>();
                int taken = 0;
                lock.lock();
                try {
                    if (dirty.isEmpty()) {
                        writing = false;
                        return;
                    }
                    files = dirty;
                    dirty = new ArrayList<>();
                    for (LogFile file : files) {
                        file.queued = false;
                        String text = file.take();
                        taken += text.length();
                        texts.add(file.isUnwanted() ? null : text);
                    }
                } finally {
                    lock.unlock();
                }
                write(files, texts);
                lock.lock();
                try {
                    waiting -= taken;
                } finally {
                    lock.unlock();
                }
            }
        } finally {
            over.run();
        }
    }

    /** @param texts null for a file that is to be deleted */
    private void write(List<LogFile> files, List<@Nullable String> texts) {
        for (int i = 0; i < files.size(); i++) {
            LogFile file = files.get(i);
            @Nullable String text = texts.get(i);
            try {
                environment.offload(() -> {
                    if (text == null) {
                        Files.deleteIfExists(file.path());
                    } else {
                        write(file, text);
                    }
                    return null;
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the text is written all the same
            } catch (Exception failure) {
                LOG.log(System.Logger.Level.WARNING, "a log of connections ends early: {0}", failure.toString());
                lock.lock();
                try {
                    file.fails();
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    /** In one piece, so that lines of others that add to the file stay whole too. */
    private static void write(LogFile file, String text) throws IOException {
        OpenOption how = file.begins() ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND;
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        try (FileChannel channel =
                FileChannel.open(file.path(), StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }
}
