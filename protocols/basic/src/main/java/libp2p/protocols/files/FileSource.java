package libp2p.protocols.files;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The source of files that are given to peers. Thread-safe. */
@FunctionalInterface
public interface FileSource {
    /** A file that is here. */
    interface Content {
        /** Its bytes. */
        long size();

        /**
         * Reads it, from an offset on; blocks for the disk.
         *
         * @param offset from 0 to {@link #size}
         */
        InputStream open(long offset) throws IOException;
    }

    /** The file with a SHA-256 of 32 bytes, or null; may block. */
    @Nullable
    Content find(byte[] sha256) throws IOException;
}
