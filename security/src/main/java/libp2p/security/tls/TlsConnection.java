package libp2p.security.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.transport.RawConnection;
import libp2p.security.record.GuardedConnection;
import org.jspecify.annotations.Nullable;

/** TLS after the handshake. */
final class TlsConnection extends GuardedConnection {
    private final RawConnection raw;
    private final TlsInput input;
    private final TlsOutput output;
    private final Environment environment;
    private final Duration patience;

    /** @param patience how long closing may wait for the socket to take the farewell */
    TlsConnection(
            RawConnection raw,
            Remote remote,
            TlsInput input,
            TlsOutput output,
            Environment environment,
            Duration patience) {
        super(raw, remote);
        this.raw = raw;
        this.input = input;
        this.output = output;
        this.environment = environment;
        this.patience = patience;
    }

    @Override
    protected @Nullable ByteBuffer readPlaintext() throws IOException {
        return input.read();
    }

    @Override
    protected ByteBuffer openPlaintext() throws IOException {
        return output.plaintext();
    }

    @Override
    protected void flushPlaintext() throws IOException {
        output.flush();
    }

    @Override
    protected void farewell() {
        Timer timer = environment.schedule(patience.toNanos(), raw::close);
        try {
            output.close();
        } catch (IOException unheard) {
            // The remote will see the connection end without it.
        } finally {
            timer.cancel();
        }
    }

    @Override
    protected void releaseInput() {
        input.release();
    }

    @Override
    protected void releaseOutput() {
        output.release();
    }
}
