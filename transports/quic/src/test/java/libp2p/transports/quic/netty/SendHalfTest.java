package libp2p.transports.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.DefaultEventLoop;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamFrame;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.SystemEnvironment;
import libp2p.transports.quic.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What gets to the engine of what is written, in which pieces. */
class SendHalfTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 4001);

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final List<String> engine = new ArrayList<>();
    private final QuicStreamChannel channel = (QuicStreamChannel) Proxy.newProxyInstance(
            SendHalfTest.class.getClassLoader(),
            new Class<?>[] {QuicStreamChannel.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "eventLoop" -> loop;
                case "alloc" -> UnpooledByteBufAllocator.DEFAULT;
                case "writeAndFlush" -> take((QuicStreamChannel) proxy, arguments[0]);
                case "hashCode" -> 1;
                default -> throw new UnsupportedOperationException(method.getName());
            });
    private final ReentrantLock lock = new ReentrantLock();
    private final NettyConnection connection = new NettyConnection(
            SystemEnvironment.shared(),
            Limits.DEFAULT,
            ADDRESS,
            ADDRESS,
            false,
            new Verification(chain -> {
                throw new IOException("no handshake here");
            }),
            failure -> {});
    private final SendHalf half = new SendHalf(connection, channel, lock, this::taken);

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private ChannelFuture take(QuicStreamChannel proxy, Object message) {
        ByteBuf bytes = message instanceof QuicStreamFrame frame ? frame.content() : (ByteBuf) message;
        boolean fin = message instanceof QuicStreamFrame frame && frame.hasFin();
        engine.add(bytes.readableBytes() + (fin ? " with FIN" : ""));
        bytes.release();
        return new DefaultChannelPromise(proxy, loop).setSuccess();
    }

    private void taken(ChannelFuture done, int count) {
        lock.lock();
        try {
            if (count == 0) {
                half.finTaken();
            } else {
                half.taken(count);
            }
        } finally {
            lock.unlock();
        }
    }

    private void write(int count) throws IOException {
        lock.lock();
        try {
            half.write(ByteBuffer.allocate(count));
        } finally {
            lock.unlock();
        }
    }

    private void finish() throws IOException {
        lock.lock();
        try {
            half.finish();
        } finally {
            lock.unlock();
        }
    }

    private void letTheLoopCatchUp() throws InterruptedException {
        loop.submit(() -> {}).sync();
        loop.submit(() -> {}).sync(); // what the first turn has ordered
    }

    @Test
    void finLeavesWithTheLastBytesIfTheLoopHasNotTakenThem() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        loop.execute(() -> await(busy));
        write(5);
        write(7);
        finish();
        busy.countDown();
        letTheLoopCatchUp();
        assertThat(engine).containsExactly("5", "7 with FIN");
        assertThat(half.isFinished()).isTrue();
        assertThat(half.isWaiting()).isFalse();
    }

    @Test
    void finLeavesAloneIfTheLoopHasTakenAllBytes() throws Exception {
        write(5);
        letTheLoopCatchUp();
        finish();
        letTheLoopCatchUp();
        assertThat(engine).containsExactly("5", "0 with FIN");
        assertThat(half.isFinished()).isTrue();
    }

    @Test
    void noFinFollowsAReset() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        loop.execute(() -> await(busy));
        write(5);
        lock.lock();
        try {
            half.abort(() -> new IOException("reset"));
        } finally {
            lock.unlock();
        }
        busy.countDown();
        letTheLoopCatchUp();
        assertThat(engine).containsExactly("5");
        assertThatThrownBy(() -> write(1)).hasMessage("reset");
    }

    @Test
    void whatIsWrittenWhenTheLoopHasEndedIsReleased() throws Exception {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        assertThatThrownBy(() -> write(5)).hasMessage("the port is closed");
        assertThat(half.isWaiting()).isFalse();
        assertThat(engine).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
