package libp2p.security.pnet;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.buffer.BufferPool;
import libp2p.core.buffer.Lease;
import libp2p.core.transport.ForwardingRawConnection;
import libp2p.core.transport.RawConnection;
import libp2p.crypto.XSalsa20;
import org.jspecify.annotations.Nullable;

/**
 * A raw connection through XSalsa20 each way. Reading decrypts in the caller's buffer, writing encrypts a copy. Our nonce goes
 * with the first bytes that are written, or ahead of the first read: rust and js send nothing before they have it.
 */
final class ProtectedConnection extends ForwardingRawConnection {
    /** How every connection begins. */
    private static final byte[] HEADER = "\u0013/multistream/1.0.0\n".getBytes(StandardCharsets.US_ASCII);

    private final PreSharedKey key;
    private final BufferPool pool;
    private final XSalsa20 outgoing;
    /** Keeps a first write from overtaking the nonce that a first read is sending. */
    private final ReentrantLock beginning = new ReentrantLock();

    private volatile byte @Nullable [] unsentNonce;
    private @Nullable XSalsa20 incoming;
    /** How many bytes of the header have come. */
    private int verified;

    ProtectedConnection(RawConnection raw, PreSharedKey key, byte[] nonce, BufferPool pool) {
        super(raw);
        this.key = key;
        this.pool = pool;
        outgoing = new XSalsa20(key.bytes(), nonce);
        unsentNonce = nonce;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        XSalsa20 cipher = incoming;
        if (cipher == null) {
            sendNonce();
            byte[] nonce = readNonce();
            if (nonce == null) {
                return -1;
            }
            cipher = new XSalsa20(key.bytes(), nonce);
            incoming = cipher;
        }
        int start = target.position();
        int count = raw.read(target);
        if (count > 0) {
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

    /** Our nonce for whoever has to send it; null if it is sent. */
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

    private byte @Nullable [] readNonce() throws IOException {
        ByteBuffer nonce = ByteBuffer.allocate(XSalsa20.NONCE_LENGTH);
        while (nonce.hasRemaining()) {
            if (raw.read(nonce) < 0) {
                if (nonce.position() == 0) {
                    return null;
                }
                throw new EOFException("private network: the stream ends inside the nonce");
            }
            boolean plain = nonce.position() >= HEADER.length
                    && Arrays.equals(nonce.array(), 0, HEADER.length, HEADER, 0, HEADER.length);
            if (plain) {
                throw mismatch("the remote peer is in no private network");
            }
        }
        return nonce.array();
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

    @Override
    public void write(ByteBuffer source) throws IOException {
        try (Lease lease = pool.lease()) {
            ByteBuffer chunk = lease.buffer();
            while (source.hasRemaining()) {
                chunk.clear();
                byte[] nonce = takeNonce();
                if (nonce != null) {
                    chunk.put(nonce);
                }
                int start = chunk.position();
                int length = Math.min(chunk.remaining(), source.remaining());
                chunk.put(start, source, source.position(), length);
                outgoing.process(chunk, start, length);
                chunk.position(0).limit(start + length);
                source.position(source.position() + length);
                raw.write(chunk);
            }
        }
    }
}
