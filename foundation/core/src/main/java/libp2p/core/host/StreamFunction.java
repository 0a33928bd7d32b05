package libp2p.core.host;

import java.io.IOException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;

/** The work on an open stream. */
@FunctionalInterface
public interface StreamFunction<T, X extends Exception> {
    /** Uses the stream, which the caller closes or resets afterwards. */
    T apply(Stream stream) throws IOException, X;

    /** Applies the body, closes the stream on normal return and resets it otherwise. */
    static <T, X extends Exception> T run(Stream stream, StreamFunction<T, X> body) throws IOException, X {
        boolean done = false;
        try {
            T result = body.apply(stream);
            stream.closeWrite(); // a lazily refused protocol must not pass for success
            done = true;
            return result;
        } finally {
            if (done) {
                stream.close();
            } else {
                stream.reset(ErrorCode.NONE);
            }
        }
    }
}
