package libp2p.http.jetty;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The body of an answer to a client, whose wait for each write is counted. One thread. */
final class ResponseOutput extends OutputStream {
    private final Response response;
    private final Places.Place place;

    ResponseOutput(Response response, Places.Place place) {
        this.response = response;
        this.place = place;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        place.await(moved -> response.write(
                false,
                ByteBuffer.wrap(source, offset, length),
                Callback.from(() -> moved.complete(length), moved::completeExceptionally)));
    }
}
