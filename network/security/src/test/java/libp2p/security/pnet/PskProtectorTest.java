package libp2p.security.pnet;

import static libp2p.contracts.security.Handshakes.ENVIRONMENT;
import static libp2p.contracts.security.Handshakes.failure;
import static libp2p.contracts.security.Handshakes.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import libp2p.contracts.security.HandshakeLink;
import libp2p.contracts.security.Handshakes.Task;
import libp2p.core.buffer.BufferPool;
import libp2p.core.connection.RawConnection;
import libp2p.crypto.XSalsa20;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PskProtectorTest {
    private static final byte[] HEADER = "\u0013/multistream/1.0.0\n".getBytes(StandardCharsets.US_ASCII);

    private final BufferPool pool = new BufferPool();
    private final PreSharedKey key = PreSharedKey.generate(ENVIRONMENT);
    private final HandshakeLink link = new HandshakeLink();
    private final RawConnection a = protect(key, link.a());
    private final RawConnection b = protect(key, link.b());

    private RawConnection protect(PreSharedKey psk, RawConnection raw) {
        return new PskProtector(psk, ENVIRONMENT, pool).protect(raw);
    }

    @AfterEach
    void everyBufferIsGivenBack() {
        assertThat(pool.outstanding()).isZero();
    }

    private static byte[] read(RawConnection from, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length);
        while (target.hasRemaining()) {
            if (from.read(target) < 0) {
                throw new EOFException();
            }
        }
        return target.array();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void bytesPassBothWaysWhateverTheChunksAre(int seed) throws Exception {
        Random random = new Random(seed);
        link.a().tornBy(new Random(seed + 10));
        link.b().tornBy(new Random(seed + 20));
        byte[] data = new byte[2 << 20];
        random.nextBytes(data);
        System.arraycopy(HEADER, 0, data, 0, HEADER.length);
        Task<Void> up = start(() -> write(a, data, new Random(seed + 30)));
        Task<Void> down = start(() -> write(b, data, new Random(seed + 40)));
        Task<byte[]> received = start(() -> read(a, data.length));
        assertThat(Arrays.equals(read(b, data.length), data)).isTrue();
        assertThat(Arrays.equals(received.get(), data)).isTrue();
        up.get();
        down.get();
    }

    private static Void write(RawConnection to, byte[] data, Random random) throws IOException {
        byte[] copy = data.clone();
        ByteBuffer source = ByteBuffer.wrap(data);
        while (source.position() < data.length) {
            source.limit(Math.min(data.length, source.position() + random.nextInt(200_000)));
            to.write(source);
        }
        assertThat(Arrays.equals(data, copy))
                .as("the caller's bytes stay as they are")
                .isTrue();
        return null;
    }

    @Test
    void nothingPassesInTheClear() throws Exception {
        a.write(ByteBuffer.wrap(HEADER));
        byte[] onTheWire = read(link.b(), 24 + HEADER.length);
        assertThat(Arrays.copyOfRange(onTheWire, 24, onTheWire.length)).isNotEqualTo(HEADER);
    }

    @Test
    void aReaderThatHasWrittenNothingSendsItsNonceAhead() throws Exception {
        Task<byte[]> listener = start(() -> read(b, HEADER.length));
        read(link.a(), 24); // a dialer that sends nothing before it has this
        link.a().write(ByteBuffer.wrap(new byte[24]));
        XSalsa20 cipher = new XSalsa20(key.bytes(), new byte[24]);
        ByteBuffer header = ByteBuffer.wrap(HEADER.clone());
        cipher.process(header, 0, HEADER.length);
        link.a().write(header);
        assertThat(listener.get()).isEqualTo(HEADER);
    }

    @Test
    void theNonceIsSentOnce() throws Exception {
        Task<byte[]> reading = start(() -> read(b, HEADER.length));
        read(link.a(), 24);
        b.write(ByteBuffer.wrap(HEADER));
        link.b().shutdownOutput();
        assertThat(read(link.a(), HEADER.length)).hasSize(HEADER.length);
        assertThat(link.a().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        a.write(ByteBuffer.wrap(HEADER));
        assertThat(reading.get()).isEqualTo(HEADER);
    }

    @Test
    void anotherKeyIsFoundOutByTheFirstByteThatDiffers() throws Exception {
        RawConnection stranger = protect(PreSharedKey.generate(ENVIRONMENT), link.a());
        stranger.write(ByteBuffer.wrap(HEADER));
        link.b().readingAtMost(1);
        Throwable refusal = failure(start(() -> read(b, HEADER.length)));
        assertThat(refusal).isInstanceOf(PskMismatchException.class).hasMessageContaining("another pre-shared key");
        assertThat(link.b().isClosed()).isTrue();
        assertThat(link.b().reads()).as("24 bytes of nonce and few more").isBetween(25L, 40L);
    }

    @Test
    void aDifferenceInTheLastByteOfTheHeaderIsNoticed() throws Exception {
        byte[] almost = HEADER.clone();
        almost[HEADER.length - 1] ^= 1;
        a.write(ByteBuffer.wrap(almost));
        link.b().readingAtMost(7);
        assertThat(failure(start(() -> read(b, HEADER.length)))).isInstanceOf(PskMismatchException.class);
    }

    @Test
    void aPeerOfThePublicNetworkIsFoundOutByItsPlainHeader() throws Exception {
        link.a().write(ByteBuffer.wrap(HEADER)); // and then waits for an answer
        assertThat(failure(start(() -> read(b, 1))))
                .isInstanceOf(PskMismatchException.class)
                .hasMessageContaining("in no private network");
        assertThat(link.b().isClosed()).isTrue();
    }

    @Test
    void theEndOfTheStreamBeforeAnyByteIsAnEnd() throws Exception {
        link.a().shutdownOutput();
        assertThat(b.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void theEndOfTheStreamInsideTheNonceIsToldFromThat() throws Exception {
        link.a().write(ByteBuffer.wrap(new byte[23]));
        link.a().shutdownOutput();
        assertThatThrownBy(() -> b.read(ByteBuffer.allocate(1)))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("nonce");
    }

    @Test
    void aBlockedWriterEndsWhenAnotherThreadCloses() throws Exception {
        Task<Void> writing = start(() -> write(a, new byte[1 << 20], new Random(1)));
        link.a().awaitBlockedWriter();
        a.close();
        assertThat(failure(writing)).isInstanceOf(IOException.class);
    }

    @Test
    void addressesAreThoseOfTheRawConnection() {
        assertThat(a.localAddress()).isEqualTo(link.a().localAddress());
        assertThat(a.remoteAddress()).isEqualTo(link.a().remoteAddress());
        assertThat(a.portReused()).isFalse();
    }
}
