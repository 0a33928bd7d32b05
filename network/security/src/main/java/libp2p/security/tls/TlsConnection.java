package libp2p.security.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.security.records.AbstractSecureConnection;
import libp2p.security.records.RecordBuffers;
import libp2p.security.records.RecordInput;
import libp2p.security.records.RecordOutput;
import libp2p.security.tls13.Alert;
import libp2p.security.tls13.HandshakeRecords;
import libp2p.security.tls13.SecureRecords;
import libp2p.security.tls13.SendingKey;
import libp2p.security.tls13.TlsException;
import org.jspecify.annotations.Nullable;

/** TLS after the handshake. */
final class TlsConnection extends AbstractSecureConnection {
    private final RawConnection raw;
    private final SecureRecords input;
    private final RecordOutput output;
    private final SendingKey key;
    private final Environment environment;
    private final Duration patience;
    /** Set by the reader, obeyed by the writer. */
    private volatile boolean updateWanted;

    private volatile Alert farewell = Alert.CLOSE_NOTIFY;

    /**
     * @param client whether this side began the handshake
     * @param patience how long closing may wait for the socket to take the farewell
     */
    TlsConnection(
            RawConnection raw,
            Remote remote,
            RecordInput records,
            HandshakeRecords handshake,
            boolean client,
            RecordBuffers buffers,
            Environment environment,
            Duration patience) {
        super(raw, remote);
        this.raw = raw;
        this.key = handshake.sendingKey();
        this.input = new SecureRecords(records, handshake.receivingKey(), client, () -> updateWanted = true);
        this.output = new RecordOutput(raw, buffers, key);
        this.environment = environment;
        this.patience = patience;
    }

    @Override
    protected @Nullable ByteBuffer readPlaintext() throws IOException {
        try {
            return input.read();
        } catch (TlsException violation) {
            farewell = violation.alert();
            throw Tls.violation(violation);
        }
    }

    @Override
    protected ByteBuffer openPlaintext() throws IOException {
        if (output.isWritten()) { // inside a batch the key lasts, and a caller that must not wait does not
            updateKey();
        }
        return output.plaintext();
    }

    @Override
    protected void flushPlaintext() throws IOException {
        updateKey();
        output.flush();
        input.sent();
    }

    /** Changes the sending key if the remote wants it or it is worn out, behind what was put before. */
    private void updateKey() throws IOException {
        if (isUpdateDue()) {
            updateWanted = false;
            output.flush();
            raw.write(ByteBuffer.wrap(key.update()));
        }
    }

    private boolean isUpdateDue() {
        return updateWanted || key.needsUpdate();
    }

    @Override
    public boolean isWritable() {
        return super.isWritable() && !isUpdateDue();
    }

    @Override
    protected boolean tryFlushPlaintext() throws IOException {
        if (!output.tryFlush()) {
            return false;
        }
        input.sent();
        return true;
    }

    @Override
    protected void farewell() {
        if (!output.isWritten()) {
            return; // the remote could not open the alert
        }
        if (super.isWritable()) {
            try {
                raw.tryWrite(ByteBuffer.wrap(key.alert(farewell)));
            } catch (IOException | IllegalStateException unheard) {
                // As below.
            }
            return;
        }
        Timer timer = environment.schedule(patience.toNanos(), raw::close);
        try {
            raw.write(ByteBuffer.wrap(key.alert(farewell)));
        } catch (IOException | IllegalStateException unheard) {
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
        key.close();
    }
}
