package libp2p.crypto.engine.bouncycastle;

import java.nio.ByteBuffer;
import java.util.Arrays;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.AeadContext;
import libp2p.crypto.engine.AeadEngine;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.AEADCipher;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/** BouncyCastle's AEADs: an order of magnitude slower than the others, and always there. */
public final class BcAead implements AeadEngine {
    @Override
    public AeadContext context(AeadAlgorithm algorithm, byte[] key, boolean sealing) {
        return new Context(algorithm, key, sealing);
    }

    @Override
    public boolean prefersDirect() {
        return false;
    }

    /** Each record gets a new cipher: the old one would keep its nonce, and refuses a second record under it. */
    private static final class Context implements AeadContext {
        private static final int TAG = AeadAlgorithm.TAG_LENGTH;

        private final boolean chacha;
        private final boolean sealing;
        private final byte[] key;

        Context(AeadAlgorithm algorithm, byte[] key, boolean sealing) {
            this.chacha = algorithm == AeadAlgorithm.CHACHA20_POLY1305;
            this.key = key.clone();
            this.sealing = sealing;
        }

        @Override
        public void seal(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int length) {
            try {
                process(nonce, aad, buffer, offset, length);
            } catch (InvalidCipherTextException impossible) {
                throw new IllegalStateException("BouncyCastle refused to seal", impossible);
            }
        }

        @Override
        public boolean open(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int length) {
            try {
                process(nonce, aad, buffer, offset, length + TAG);
                return true;
            } catch (InvalidCipherTextException mismatch) {
                return false;
            }
        }

        private void process(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int length)
                throws InvalidCipherTextException {
            AEADCipher cipher = chacha ? new ChaCha20Poly1305() : GCMBlockCipher.newInstance(AESEngine.newInstance());
            cipher.init(sealing, new AEADParameters(new KeyParameter(key), 8 * TAG, nonce, aad));
            byte[] input = new byte[length];
            buffer.get(offset, input);
            byte[] output = new byte[cipher.getOutputSize(length)];
            try {
                int done = cipher.processBytes(input, 0, length, output, 0);
                done += cipher.doFinal(output, done);
                buffer.put(offset, output, 0, done);
            } finally {
                Arrays.fill(sealing ? input : output, (byte) 0);
            }
        }

        @Override
        public void free() {
            Arrays.fill(key, (byte) 0);
        }
    }
}
