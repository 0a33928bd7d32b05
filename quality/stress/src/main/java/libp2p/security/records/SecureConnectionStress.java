package libp2p.security.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.stress.CountingConnection;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;

/** A connection is closed while a thread reads the end of its input: both sides go back once, unused. */
@JCStressTest
@Outcome(id = "1, 1, false", expect = Expect.ACCEPTABLE, desc = "both given back once, and not while they were used")
@Outcome(id = "0, .*, .*", expect = Expect.FORBIDDEN, desc = "the reading side was never given back")
@Outcome(id = ".*, 0, .*", expect = Expect.FORBIDDEN, desc = "the writing side was never given back")
@Outcome(
        id = ".*, .*, true",
        expect = Expect.FORBIDDEN,
        desc = "the reading side was used after it had been given back")
@Outcome(expect = Expect.FORBIDDEN, desc = "a side was given back twice")
@State
public class SecureConnectionStress {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final AtomicInteger inputs = new AtomicInteger();
    private final AtomicInteger outputs = new AtomicInteger();
    private final SecureRecords connection = new SecureRecords();
    private boolean usedAfter;

    private final class SecureRecords extends AbstractSecureConnection {
        SecureRecords() {
            super(new CountingConnection(), new Remote("stress", null, null));
        }

        @Override
        protected ByteBuffer readPlaintext() {
            for (int i = 0; i < 10; i++) { // it takes a while
                usedAfter |= inputs.get() > 0;
            }
            return NOTHING;
        }

        @Override
        protected ByteBuffer openPlaintext() {
            throw new UnsupportedOperationException("only read");
        }

        @Override
        protected void flushPlaintext() {
            throw new UnsupportedOperationException("only read");
        }

        @Override
        protected boolean tryFlushPlaintext() {
            throw new UnsupportedOperationException("only read");
        }

        @Override
        protected void releaseInput() {
            inputs.incrementAndGet();
        }

        @Override
        protected void releaseOutput() {
            outputs.incrementAndGet();
        }
    }

    @Actor
    public void reads() {
        try {
            connection.read();
        } catch (ConnectionClosedException closed) {
            // came too late, which is no error
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Actor
    public void closes() {
        connection.close();
    }

    @Arbiter
    public void count(IIZ_Result result) {
        result.r1 = inputs.get();
        result.r2 = outputs.get();
        result.r3 = usedAfter;
    }
}
