package libp2p.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** Writes responses in HTTP/1.1, each the last of its connection. */
public final class ResponseWriter {
    private ResponseWriter() {}

    /**
     * Writes a response, its body of a length that is told or in chunks; blocks. Where it throws, the connection is to
     * be broken off, so that the response is not taken for whole.
     *
     * @param head whether the request was HEAD, which is answered without a body (RFC 9110, section 9.3.2)
     * @param out buffered; flushed, not closed
     * @throws IllegalArgumentException if a field has characters that no head may have
     */
    public static void write(HttpResponse response, boolean head, OutputStream out) throws IOException {
        write(response, head, out, ResponseWriter::thrown);
    }

    private static HttpResponse thrown(Exception e) throws IOException {
        if (e instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        throw e instanceof IOException io ? io : new IOException(e);
    }

    /** The response in place of one that could not be made. */
    @FunctionalInterface
    public interface Failed {
        /** The response, of a length that is told; or throws. */
        HttpResponse response(Exception e) throws IOException;
    }

    /**
     * As {@link #write(HttpResponse, boolean, OutputStream)}, with another response in place of one whose body is in
     * chunks and fails before its first byte.
     */
    public static void write(HttpResponse response, boolean head, OutputStream out, Failed failed) throws IOException {
        List<HttpHeaders.Field> fields = new ArrayList<>(response.headers().fields());
        boolean bodiless = response.status() == 204 || response.status() == 304;
        boolean chunked = response.length() < 0 && !bodiless;
        if (chunked) {
            fields.add(new HttpHeaders.Field("Transfer-Encoding", "chunked"));
        } else if (!bodiless) {
            fields.add(new HttpHeaders.Field("Content-Length", Long.toString(response.length())));
        }
        fields.add(new HttpHeaders.Field("Connection", "close"));
        byte[] first = HeadWriter.response(response.status(), fields);
        if (head || bodiless) {
            out.write(first);
        } else if (chunked) {
            HeadedOutput headed = new HeadedOutput(first, out);
            ChunkedOutput chunks = new ChunkedOutput(headed);
            try {
                response.body().writeTo(chunks);
            } catch (IOException | RuntimeException e) {
                if (headed.begun) {
                    throw e;
                }
                write(failed.response(e), false, out);
                return;
            }
            chunks.finish(response.trailers().get());
        } else {
            out.write(first);
            response.body().writeTo(out);
        }
        out.flush();
    }

    /** Writes the head when the first byte of the body comes. */
    private static final class HeadedOutput extends FilterOutputStream {
        private final byte[] head;
        private boolean begun;

        HeadedOutput(byte[] head, OutputStream out) {
            super(out);
            this.head = head;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            if (!begun) {
                begun = true;
                out.write(head);
            }
            out.write(source, offset, length);
        }
    }
}
