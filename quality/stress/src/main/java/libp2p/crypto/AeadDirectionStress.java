package libp2p.crypto;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.AeadContext;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/** One thread closes an AEAD while another seals with it and closes it too: its key is wiped once, when it is unused. */
@JCStressTest
@Outcome(id = "1, false", expect = Expect.ACCEPTABLE, desc = "wiped once, and not while it was used")
@Outcome(id = "0, .*", expect = Expect.FORBIDDEN, desc = "the key was never wiped")
@Outcome(id = "1, true", expect = Expect.FORBIDDEN, desc = "the key was wiped while it was used")
@Outcome(expect = Expect.FORBIDDEN, desc = "the key was wiped twice")
@State
public class AeadDirectionStress {
    private final AtomicInteger freed = new AtomicInteger();
    private final AeadSealer sealer = new AeadSealer(AeadAlgorithm.CHACHA20_POLY1305, new Context());
    private final ByteBuffer buffer = ByteBuffer.allocate(AeadAlgorithm.TAG_LENGTH);
    private boolean usedAfter;

    private final class Context implements AeadContext {
        @Override
        public void seal(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int length) {
            for (int i = 0; i < 10; i++) { // it takes a while
                usedAfter |= freed.get() > 0;
            }
        }

        @Override
        public boolean open(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int length) {
            throw new UnsupportedOperationException("only seals");
        }

        @Override
        public void free() {
            freed.incrementAndGet();
        }
    }

    @Actor
    public void seals() {
        try {
            sealer.seal(0, buffer, 0, 0);
        } catch (IllegalStateException closed) {
            // came too late, which is no error
        }
        sealer.close();
    }

    @Actor
    public void closes() {
        sealer.close();
    }

    @Arbiter
    public void count(IZ_Result result) {
        result.r1 = freed.get();
        result.r2 = usedAfter;
    }
}
