package libp2p.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.environment.UdpSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SocketEventsTest {
    private static final int TURNS = 1_000;
    private static final int RESTS = 200;

    private final SystemEnvironment environment = SystemEnvironment.create();
    private TcpListener listener;
    private TcpChannel near;
    private TcpChannel far;

    @BeforeEach
    void connect() throws IOException {
        listener = environment.network().listenTcp(new InetSocketAddress("127.0.0.1", 0), 16, false);
        near = environment.network().connectTcp(null, listener.localAddress(), Deadline.NONE);
        far = listener.accept();
    }

    @AfterEach
    void close() {
        near.close();
        far.close();
        listener.close();
        environment.close();
    }

    /** Tells what each call of it has found: text, "nothing", "end" or "closed". */
    private static final class Telling implements ReadHandler {
        final BlockingQueue<String> found = new LinkedBlockingQueue<>();
        private final TcpChannel channel;
        private @Nullable String last;

        Telling(TcpChannel channel) {
            this.channel = channel;
        }

        @Override
        public long onReadable() {
            ByteBuffer bytes = ByteBuffer.allocate(64);
            try {
                int count;
                while ((count = channel.read(bytes)) > 0) {
                    found.add(new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII));
                    bytes.clear();
                }
                found.add(count == 0 ? "nothing" : "end");
            } catch (ClosedChannelException closed) {
                found.add("closed");
            } catch (IOException failure) {
                found.add(failure.toString());
            }
            return 0;
        }

        /**
         * The selector may call once more than there is something, and a turn may be over before the first read: "nothing"
         * is passed over at the beginning and behind "nothing".
         */
        void expect(String... each) throws InterruptedException {
            for (String one : each) {
                String next = found.take();
                while (next.equals("nothing") && (last == null || next.equals(last)) && !one.equals("nothing")) {
                    next = found.take();
                }
                last = next;
                assertThat(next).isEqualTo(one);
            }
        }
    }

    private static ByteBuffer text(String value) {
        return ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void theHandlerIsCalledAtTheBeginningWhenBytesComeAndOnceMoreWhenItIsClosed() throws Exception {
        Telling handler = new Telling(near);
        near.onReadable(handler);
        handler.expect("nothing");
        far.write(text("first"));
        handler.expect("first", "nothing");
        far.write(text("second"));
        handler.expect("second", "nothing");
        near.close();
        handler.expect("closed");
    }

    @Test
    void theHandlerFindsTheEnd() throws Exception {
        Telling handler = new Telling(near);
        near.onReadable(handler);
        handler.expect("nothing");
        far.shutdownOutput();
        handler.expect("end");
    }

    @Test
    void whatIsThereWhenTheEventsBeginIsNotMissed() throws Exception {
        far.write(text("early"));
        ByteBuffer first = ByteBuffer.allocate(1);
        near.read(first);
        Telling handler = new Telling(near);
        near.onReadable(handler);
        handler.expect("arly", "nothing");
    }

    @Test
    void aSocketThatAlwaysHasMoreLetsOthersHaveTheirTurn() throws Exception {
        CompletableFuture<Void> secondCall = new CompletableFuture<>();
        environment.start("flood", () -> {
            ByteBuffer much = ByteBuffer.allocateDirect(1 << 20);
            try {
                while (!secondCall.isDone()) {
                    far.write(much.clear());
                }
            } catch (IOException closed) {
                secondCall.completeExceptionally(closed);
            }
        });
        int[] calls = {0};
        near.onReadable(() -> {
            if (++calls[0] == 3) {
                secondCall.complete(null);
            }
            ByteBuffer one = ByteBuffer.allocate(1);
            try {
                while (near.read(one.clear()) > 0 && !secondCall.isDone()) {
                    // goes on until it is told that there is nothing, which is not so
                }
            } catch (IOException closed) {
                secondCall.completeExceptionally(closed);
            }
            return 0;
        });
        secondCall.get();
    }

    @Test
    void handlersThatAlwaysWantToBeCalledAgainLetOthersHaveTheirTurn() throws Exception {
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) { // one on each loop
            TcpChannel busy = environment.network().connectTcp(null, listener.localAddress(), Deadline.NONE);
            listener.accept().close();
            busy.onReadable(() -> ReadHandler.AGAIN);
        }
        Telling handler = new Telling(near);
        near.onReadable(handler);
        handler.expect("nothing");
        far.write(text("between"));
        handler.expect("between", "nothing");
    }

    /** A socket that stays readable and a handler that never has enough have one call for each of another socket. */
    @Test
    void aSenderThatNeverPausesHasNoMoreTurnsThanOthers() throws Exception {
        Map<Thread, Integer> turns = new ConcurrentHashMap<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) { // one on each loop
            TcpChannel busy = environment.network().connectTcp(null, listener.localAddress(), Deadline.NONE);
            listener.accept().close(); // at its end it is readable for ever
            busy.onReadable(() -> {
                turns.merge(Thread.currentThread(), 1, Integer::sum);
                return ReadHandler.AGAIN;
            });
        }
        CompletableFuture<Integer> meanwhile = new CompletableFuture<>();
        near.onReadable(new ReadHandler() {
            private int calls;
            private int before;

            @Override
            public long onReadable() {
                int theirs = turns.getOrDefault(Thread.currentThread(), 0);
                before = calls == 0 ? theirs : before;
                calls++;
                return calls <= TURNS ? AGAIN : finish(theirs - before);
            }

            private long finish(int count) {
                meanwhile.complete(count);
                return 0;
            }
        });
        assertThat(meanwhile.get()).isBetween(TURNS / 2, 2 * TURNS);
    }

    /** Beside a socket that keeps its loop from waiting, so that bytes are seen before the end of a rest has its turn. */
    @Test
    void aHandlerThatRestsHasOneTimerAtATime() throws Exception {
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) { // one on each loop
            TcpChannel busy = environment.network().connectTcp(null, listener.localAddress(), Deadline.NONE);
            listener.accept().close();
            busy.onReadable(() -> ReadHandler.AGAIN);
        }
        far.write(ByteBuffer.allocate(RESTS));
        CompletableFuture<Integer> most = new CompletableFuture<>();
        near.onReadable(new ReadHandler() {
            private int calls;
            private int timers;

            @Override
            public long onReadable() {
                try {
                    near.read(ByteBuffer.allocate(1));
                } catch (IOException failure) {
                    most.completeExceptionally(failure);
                }
                timers = Math.max(timers, environment.timers().waiting());
                if (++calls == RESTS) {
                    most.complete(timers);
                }
                return 1_000_000;
            }
        });
        assertThat(most.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void aSocketThatIsClosedWhileItRestsLeavesNoTimer() throws Exception {
        BlockingQueue<Integer> timers = new LinkedBlockingQueue<>();
        near.onReadable(new ReadHandler() {
            private int calls;

            @Override
            public long onReadable() {
                timers.add(environment.timers().waiting());
                return calls++ == 0 ? 3600_000_000_000L : 0;
            }

            @Override
            public void onReleased() {
                timers.add(environment.timers().waiting());
            }
        });
        assertThat(timers.take()).isZero();
        near.close();
        timers.take();
        assertThat(timers.take()).isZero();
    }

    @Test
    void theLastCallComesBeforeTheRelease() throws Exception {
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        near.onReadable(new ReadHandler() {
            private int left = 3;

            @Override
            public long onReadable() {
                boolean closed = false;
                try {
                    near.read(ByteBuffer.allocate(1));
                } catch (IOException end) {
                    closed = true;
                }
                calls.add("call"); // the test closes the socket when it knows of the first
                return !closed ? 0 : --left > 0 ? AGAIN : 1_000_000;
            }

            @Override
            public void onReleased() {
                calls.add("released");
            }
        });
        assertThat(calls.take()).isEqualTo("call");
        near.close();
        for (int i = 0; i < 3; i++) {
            assertThat(calls.take()).isEqualTo("call");
        }
        assertThat(calls.take()).isEqualTo("released");
    }

    @Test
    void aWriteOnTheLoopItselfFailsInsteadOfWaiting() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        near.onReadable(() -> {
            try {
                near.write(ByteBuffer.allocateDirect(64 << 20));
                failure.complete(null);
            } catch (IOException refused) {
                failure.complete(refused);
            }
            return 0;
        });
        assertThat(failure.get()).isInstanceOf(IOException.class).hasMessageContaining("event loop");
    }

    @Test
    void aHandlerThatWantsToRestIsCalledAgainLater() throws Exception {
        BlockingQueue<Integer> counts = new LinkedBlockingQueue<>();
        near.onReadable(() -> {
            try {
                counts.add(near.read(ByteBuffer.allocate(1)));
            } catch (IOException closed) {
                counts.add(-1);
            }
            return 1_000_000;
        });
        assertThat(counts.take()).isZero();
        far.write(text("ab"));
        int bytes = 0;
        while (bytes < 2) {
            bytes += counts.take();
        }
        assertThat(bytes).isEqualTo(2);
    }

    @Test
    void aHandlerThatFailsHarmsNoOtherSocket() throws Exception {
        for (int i = 0; i < SystemLimits.EVENT_LOOPS; i++) { // one on each loop
            TcpChannel failing = environment.network().connectTcp(null, listener.localAddress(), Deadline.NONE);
            listener.accept().close();
            failing.onReadable(() -> {
                failing.close();
                throw new IllegalStateException("a handler that fails, as this test wants");
            });
        }
        Telling handler = new Telling(near);
        near.onReadable(handler);
        handler.expect("nothing");
        far.write(text("still here"));
        handler.expect("still here", "nothing");
    }

    @Test
    void aWriteThatDoesNotFitWaitsUntilTheRemoteReads() throws Exception {
        near.onReadable(new Telling(near));
        ByteBuffer much = ByteBuffer.allocateDirect(16 << 20);
        CompletableFuture<Void> written = new CompletableFuture<>();
        environment.start("writer", () -> {
            try {
                near.write(much);
                written.complete(null);
            } catch (IOException failure) {
                written.completeExceptionally(failure);
            }
        });
        ByteBuffer target = ByteBuffer.allocateDirect(1 << 16);
        long read = 0;
        while (read < much.capacity()) {
            read += far.read(target.clear());
        }
        written.get();
        assertThat(much.hasRemaining()).isFalse();
    }

    @Test
    void closingEndsAWriteThatWaits() throws Exception {
        near.onReadable(new Telling(near));
        ByteBuffer full = ByteBuffer.allocateDirect(1 << 20);
        do {
            near.tryWrite(full.clear());
        } while (full.position() > 0);
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        environment.start("writer", () -> {
            try {
                near.write(ByteBuffer.allocateDirect(16 << 20));
                failure.complete(null);
            } catch (IOException closed) {
                failure.complete(closed);
            }
        });
        near.close();
        assertThat(failure.get()).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void anInterruptNeitherClosesTheSocketNorGetsLost() throws Exception {
        Telling handler = new Telling(near);
        near.onReadable(handler);
        handler.expect("nothing");
        CompletableFuture<Boolean> stillInterrupted = new CompletableFuture<>();
        environment.start("writer", () -> {
            Thread.currentThread().interrupt();
            try {
                near.tryWrite(text("from an interrupted thread"));
                near.write(ByteBuffer.allocateDirect(16 << 20));
                stillInterrupted.complete(Thread.interrupted());
            } catch (IOException failure) {
                stillInterrupted.completeExceptionally(failure);
            }
        });
        ByteBuffer target = ByteBuffer.allocateDirect(1 << 16);
        long read = 0;
        while (read < 26 + (16 << 20)) {
            read += far.read(target.clear());
        }
        assertThat(stillInterrupted.get()).isTrue();
        far.write(text("open"));
        handler.expect("open", "nothing");
    }

    @Test
    void closingTheEnvironmentClosesWhatItsLoopsServe() throws Exception {
        Telling handler = new Telling(near);
        near.onReadable(handler);
        handler.expect("nothing");
        environment.close();
        handler.expect("closed");
        assertThatThrownBy(() -> near.write(text("late"))).isInstanceOf(ClosedChannelException.class);
        Telling late = new Telling(far);
        far.onReadable(late);
        late.expect("closed");
    }

    @Test
    void aClosedSocketOfUdpKeepsItsAddressUntilItsLoopHasLetGo() throws Exception {
        UdpSocket socket = environment.network().bindUdp(new InetSocketAddress("127.0.0.1", 0));
        InetSocketAddress address = socket.localAddress();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Boolean> free = new CompletableFuture<>();
        assertThat(socket.onReadable(new ReadHandler() {
                    @Override
                    public long onReadable() {
                        busy.countDown();
                        try {
                            goOn.await();
                        } catch (InterruptedException ended) {
                            Thread.currentThread().interrupt();
                        }
                        return 0;
                    }

                    @Override
                    public void onReleased() {
                        try (DatagramSocket again = new DatagramSocket(address)) {
                            free.complete(again.isBound());
                        } catch (SocketException taken) {
                            free.complete(false);
                        }
                    }
                }))
                .isTrue();
        busy.await();
        socket.close();
        assertThatThrownBy(() -> new DatagramSocket(address)).isInstanceOf(BindException.class);
        goOn.countDown();
        assertThat(free.get()).isTrue();
    }
}
