package libp2p.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoopThreadTest {
    /** A thread that is parked until it is woken and told to go. */
    private static final class Parked {
        volatile boolean go;
        final Thread thread = Thread.ofVirtual().start(() -> {
            while (!go) {
                LockSupport.park();
            }
        });
    }

    @Test
    void wakesWhomItHasPutOffAllAtOnce() throws Exception {
        Parked one = new Parked();
        Parked other = new Parked();
        FutureTask<Integer> counted = new FutureTask<>(() -> {
            one.go = true;
            other.go = true;
            LoopThread.wake(one.thread);
            LoopThread.wake(other.thread);
            LoopThread self = (LoopThread) Thread.currentThread();
            int putOff = self.putOff();
            LoopThread.wakeAll();
            assertThat(self.putOff()).isZero();
            return putOff;
        });
        new LoopThread("loop", counted).start();
        assertThat(counted.get()).isEqualTo(2);
        one.thread.join();
        other.thread.join();
    }

    @Test
    void otherThreadsPutNothingOff() throws Exception {
        Parked parked = new Parked();
        parked.go = true;
        LoopThread.wake(parked.thread);
        LoopThread.wakeAll();
        parked.thread.join();
    }

    @Test
    void theLoopWakesThemWhenTheHandlerReturnsOrThrows() throws Exception {
        for (boolean failing : new boolean[] {false, true}) {
            Parked parked = new Parked();
            try (SystemEnvironment environment = SystemEnvironment.create();
                    TcpListener listener =
                            environment.network().listenTcp(new InetSocketAddress("127.0.0.1", 0), 1, false);
                    TcpChannel channel =
                            environment.network().connectTcp(null, listener.localAddress(), Deadline.NONE)) {
                channel.onReadable(() -> {
                    parked.go = true;
                    environment.unpark(parked.thread);
                    if (failing) {
                        throw new IllegalStateException("on purpose");
                    }
                    return 0;
                });
                parked.thread.join();
            }
        }
    }
}
