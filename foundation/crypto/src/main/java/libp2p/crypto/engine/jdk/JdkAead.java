package libp2p.crypto.engine.jdk;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.AeadContext;
import libp2p.crypto.engine.AeadEngine;
import org.jspecify.annotations.Nullable;

/** The AEADs of the JDK's providers. Heap buffers are the faster ones. */
public final class JdkAead implements AeadEngine {
    @Override
    public AeadContext context(AeadAlgorithm algorithm, byte[] key, boolean sealing) {
        return new Context(algorithm, key, sealing);
    }

    @Override
    public boolean prefersDirect() {
        return false;
    }

    private static final class Context implements AeadContext {
        private static final int TAG = AeadAlgorithm.TAG_LENGTH;

        private final boolean chacha;
        private final int mode;
        private @Nullable SecretKeySpec key;
        private @Nullable Cipher cipher;

        Context(AeadAlgorithm algorithm, byte[] key, boolean sealing) {
            this.chacha = algorithm == AeadAlgorithm.CHACHA20_POLY1305;
            this.mode = sealing ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
            this.key = new SecretKeySpec(key, chacha ? "ChaCha20" : "AES");
            try {
                this.cipher = Cipher.getInstance(chacha ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding");
            } catch (GeneralSecurityException missing) {
                throw new IllegalStateException("the JDK has no " + algorithm, missing);
            }
        }

        @Override
        public void seal(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int length) {
            try {
                process(nonce, aad, buffer, offset, length, length + TAG);
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("the JDK refused to seal", impossible);
            }
        }

        @Override
        public boolean open(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int length) {
            try {
                process(nonce, aad, buffer, offset, length + TAG, length);
                return true;
            } catch (AEADBadTagException mismatch) {
                return false;
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("the JDK refused to open", impossible);
            }
        }

        private void process(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int inLength, int outLength)
                throws GeneralSecurityException {
            Cipher current = cipher;
            if (current == null) {
                throw new IllegalStateException("freed");
            }
            AlgorithmParameterSpec parameters =
                    chacha ? new IvParameterSpec(nonce) : new GCMParameterSpec(8 * TAG, nonce);
            current.init(mode, key, parameters);
            current.updateAAD(aad);
            if (buffer.hasArray()) {
                int at = buffer.arrayOffset() + offset;
                current.doFinal(buffer.array(), at, inLength, buffer.array(), at);
            } else {
                current.doFinal(buffer.slice(offset, inLength), buffer.slice(offset, outLength));
            }
        }

        /** The JDK keeps its own copies of the key, which only the garbage collector removes. */
        @Override
        public void free() {
            key = null;
            cipher = null;
        }
    }
}
