package libp2p.security.pnet;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.buffer.BufferPool;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.ReadHandler;
import libp2p.core.transport.EncodedOutput;
import libp2p.core.transport.ForwardingRawConnection;
import libp2p.crypto.XSalsa20;
import org.jspecify.annotations.Nullable;

/**
 * A raw connection through XSalsa20 each way. Reading decrypts in the caller's buffer, writing encrypts a copy. Our
 * nonce goes with the first bytes that are written, or ahead of the first read: rust and js send nothing before they
 * have it.
 */
final class ProtectedConnection extends ForwardingRawConnection {
    /** First bytes of every connection. */
    private static final byte[] HEADER = "\u0013/multistream/1.0.0\n".getBytes(StandardCharsets.US_ASCII);

    private final PreSharedKey key;
    private final EncodedOutput output;
    private final XSalsa20 outgoing;
    /** Keeps a first write from overtaking the nonce that a first read is sending. */
    private final ReentrantLock beginning = new ReentrantLock();

    private volatile byte @Nullable [] unsentNonce;
    private @Nullable ByteBuffer incomingNonce = ByteBuffer.allocate(XSalsa20.NONCE_LENGTH);
    private @Nullable XSalsa20 incoming;
    /** Number of bytes of the header that have arrived. */
    private int verified;

    ProtectedConnection(RawConnection raw, PreSharedKey key, byte[] nonce, BufferPool pool) {
        super(raw);
        this.key = key;
        output = new EncodedOutput(raw, pool, this::encrypt);
        outgoing = new XSalsa20(key.bytes(), nonce);
        unsentNonce = nonce;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ByteBuffer nonce = incomingNonce;
        if (nonce != null) {
            sendNonce();
            int count = readNonce(nonce);
            if (count <= 0) {
                return count;
            }
            incomingNonce = null;
            incoming = new XSalsa20(key.bytes(), nonce.array());
        }
        XSalsa20 cipher = incoming;
        int start = target.position();
        int count = raw.read(target);
        if (count > 0 && cipher != null) {
            cipher.process(target, start, count);
            if (verified < HEADER.length) {
                verify(target, start, count);
            }
        }
        return count;
    }

    private void sendNonce() throws IOException {
        beginning.lock();
        try {
            byte[] nonce = unsentNonce;
            if (nonce != null) {
                raw.write(ByteBuffer.wrap(nonce));
                unsentNonce = null; // only now may a writer go ahead without the lock
            }
        } finally {
            beginning.unlock();
        }
    }

    /** Our nonce for the caller that has to send it; null if it is sent. */
    private byte @Nullable [] takeNonce() {
        if (unsentNonce == null) {
            return null;
        }
        beginning.lock();
        try {
            byte[] nonce = unsentNonce;
            unsentNonce = null;
            return nonce;
        } finally {
            beginning.unlock();
        }
    }

    /** Returns 1 when the nonce is complete, 0 if nothing more has come yet, -1 if the stream ends before it. */
    private int readNonce(ByteBuffer nonce) throws IOException {
        while (nonce.hasRemaining()) {
            int count = raw.read(nonce);
            if (count == 0) {
                return 0;
            }
            if (count < 0) {
                if (nonce.position() == 0) {
                    return -1;
                }
                throw new EOFException("private network: the stream ends inside the nonce");
            }
            boolean plain = nonce.position() >= HEADER.length
                    && Arrays.equals(nonce.array(), 0, HEADER.length, HEADER, 0, HEADER.length);
            if (plain) {
                throw mismatch("the remote peer is in no private network");
            }
        }
        return 1;
    }

    private void verify(ByteBuffer target, int start, int count) throws PskMismatchException {
        for (int i = 0; i < count && verified < HEADER.length; i++) {
            if (target.get(start + i) != HEADER[verified]) {
                target.position(start);
                throw mismatch("the remote peer has another pre-shared key");
            }
            verified++;
        }
    }

    private PskMismatchException mismatch(String what) {
        close();
        return new PskMismatchException(what);
    }

    /** Sends our nonce first if nothing has sent it: the handler of events must not wait for that. */
    @Override
    public void onReadable(ReadHandler handler) {
        try {
            sendNonce();
        } catch (IOException failure) {
            raw.close(); // the handler's read says so
        }
        raw.onReadable(handler);
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        output.write(source);
    }

    @Override
    public void tryWrite(ByteBuffer source) throws IOException {
        output.tryWrite(source);
    }

    private void encrypt(ByteBuffer source, ByteBuffer target) {
        byte[] nonce = takeNonce();
        if (nonce != null) {
            target.put(nonce);
        }
        int start = target.position();
        int length = Math.min(target.remaining(), source.remaining());
        target.put(start, source, source.position(), length);
        outgoing.process(target, start, length);
        target.position(start + length);
        source.position(source.position() + length);
    }

    @Override
    public void close() {
        raw.close();
        output.close();
    }
}
