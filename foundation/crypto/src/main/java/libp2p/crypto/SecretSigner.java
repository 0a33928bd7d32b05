package libp2p.crypto;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.UnaryOperator;

/** A signer over a function that reads secret arrays; closing waits for running signatures and wipes them. */
final class SecretSigner implements Signer {
    private final byte[] publicKey;
    private final UnaryOperator<byte[]> sign;
    private final byte[][] secrets;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    SecretSigner(byte[] publicKey, UnaryOperator<byte[]> sign, byte[]... secrets) {
        this.publicKey = publicKey;
        this.sign = sign;
        this.secrets = secrets;
    }

    @Override
    public byte[] publicKey() {
        return publicKey.clone();
    }

    @Override
    public byte[] sign(byte[] message) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("signer is closed");
            }
            return sign.apply(message);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
            for (byte[] secret : secrets) {
                Arrays.fill(secret, (byte) 0);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
