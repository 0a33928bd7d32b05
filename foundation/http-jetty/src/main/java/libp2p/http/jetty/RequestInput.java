package libp2p.http.jetty;

import java.io.IOException;
import libp2p.core.buffer.BulkInput;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;

/** The body of a request, whose wait for each part is counted. One thread. */
final class RequestInput extends BulkInput {
    private final Request request;
    private final Places.Place place;
    private Content.@Nullable Chunk chunk;

    RequestInput(Request request, Places.Place place) {
        this.request = request;
        this.place = place;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        Content.Chunk part = part();
        int count = part.get(target, offset, length);
        return count == 0 ? -1 : count;
    }

    /** The part that is read: one with bytes, or the last one. */
    private Content.Chunk part() throws IOException {
        while (chunk == null || !chunk.hasRemaining() && !chunk.isLast()) {
            release();
            Content.Chunk next = request.read();
            if (next == null) {
                place.await(moved -> request.demand(() -> moved.complete(0)));
                continue;
            }
            if (Content.Chunk.isFailure(next)) {
                throw IO.rethrow(next.getFailure());
            }
            chunk = next;
            place.moved(next.remaining());
        }
        return chunk;
    }

    private void release() {
        if (chunk != null) {
            chunk.release();
            chunk = null;
        }
    }

    @Override
    public void close() {
        release();
    }
}
