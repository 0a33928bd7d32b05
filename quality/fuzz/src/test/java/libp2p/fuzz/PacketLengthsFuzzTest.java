package libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.core.environment.DatagramBatch;
import libp2p.core.environment.Network;
import libp2p.core.environment.UdpSocket;
import libp2p.crypto.Aead;
import libp2p.crypto.Crypto;
import libp2p.crypto.HeaderMask;
import libp2p.crypto.PacketCipher;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/**
 * Any numbers for the ranges of a packet, also negative ones and such that overflow: each either is refused before
 * native code sees it, or does to a direct buffer what it does to one on the heap, and nothing outside of it. The same
 * for the calls of the system that send and receive batches.
 */
class PacketLengthsFuzzTest {
    private static final int CAPACITY = 128;
    private static final int GUARD = 64;
    private static final int CALLS = 64;
    private static final int KINDS = 5;
    private static final byte[] SOURCE = new byte[CAPACITY];
    private static final int[] EDGES = {
        -1,
        -16,
        -17,
        0,
        1,
        15,
        16,
        17,
        CAPACITY - 16,
        CAPACITY,
        CAPACITY + 1,
        1 << 16,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE - 15,
        Integer.MAX_VALUE - 16,
        Integer.MIN_VALUE,
        Integer.MIN_VALUE + 16
    };

    private interface Call {
        long of(ByteBuffer buffer);
    }

    /** Numbers from the input, of which many are at the edge of something. */
    private static final class Numbers {
        private final ByteBuffer data;

        Numbers(byte[] bytes) {
            data = ByteBuffer.wrap(bytes);
        }

        boolean hasMore() {
            return data.hasRemaining();
        }

        int next() {
            if (!data.hasRemaining()) {
                return 0;
            }
            int kind = data.get() & 0xff;
            if (kind < 120) {
                return kind;
            }
            return kind < 240 || data.remaining() < Integer.BYTES ? EDGES[kind % EDGES.length] : data.getInt();
        }
    }

    /** Two buffers of the same bytes, one in native memory between guards, that must stay the same. */
    private static final class Twins {
        private final ByteBuffer memory = ByteBuffer.allocateDirect(GUARD + CAPACITY + GUARD);
        private final ByteBuffer direct = memory.slice(GUARD, CAPACITY);
        private final ByteBuffer heap = ByteBuffer.allocate(CAPACITY);

        void fill(int seed, int limit) {
            byte[] bytes = new byte[CAPACITY];
            new Random(seed).nextBytes(bytes);
            direct.clear().put(0, bytes).limit(limit);
            heap.clear().put(0, bytes).limit(limit);
        }

        void same(Call call) {
            String first = outcome(call, direct);
            assertThat(outcome(call, heap)).isEqualTo(first);
            assertThat(bytes(direct)).isEqualTo(bytes(heap));
            for (int i = 0; i < GUARD; i++) {
                assertThat(memory.get(i) | memory.get(GUARD + CAPACITY + i)).isZero();
            }
        }

        private static byte[] bytes(ByteBuffer buffer) {
            byte[] all = new byte[CAPACITY];
            buffer.duplicate().clear().get(0, all);
            return all;
        }

        private static String outcome(Call call, ByteBuffer buffer) {
            try {
                return Long.toString(call.of(buffer));
            } catch (IndexOutOfBoundsException refused) {
                return "refused";
            }
        }
    }

    /** The masks of a batch, in native memory between guards that must stay the same. */
    private static final class Masks {
        private static final int LENGTH = 16;

        private final ByteBuffer memory = ByteBuffer.allocateDirect(GUARD + CAPACITY + GUARD);
        private final ByteBuffer masks = memory.slice(GUARD, CAPACITY).order(ByteOrder.LITTLE_ENDIAN);

        /** A number of all of them. */
        long of(HeaderMask mask, ByteBuffer buffer, int at, int stride, int count) {
            long sum = 0;
            try {
                mask.masks(buffer, at, stride, count, masks);
                for (int i = 0; i < count; i++) {
                    long one = masks.getLong(i * LENGTH) & 0xff_ffff_ffffL;
                    assertThat(one).isEqualTo(mask.mask(buffer, at + i * stride) & 0xff_ffff_ffffL);
                    sum = 31 * sum + one;
                }
            } finally {
                for (int i = 0; i < GUARD; i++) {
                    assertThat(memory.get(i) | memory.get(GUARD + CAPACITY + i)).isZero();
                }
            }
            return sum;
        }
    }

    private static void play(byte[] data) {
        Numbers numbers = new Numbers(data);
        AeadAlgorithm[] algorithms = {
            AeadAlgorithm.AES_128_GCM, AeadAlgorithm.AES_256_GCM, AeadAlgorithm.CHACHA20_POLY1305
        };
        AeadAlgorithm algorithm = algorithms[Math.floorMod(numbers.next(), algorithms.length)];
        Aead aead = Crypto.standard().aead(algorithm);
        byte[] key = new byte[algorithm.keyLength()];
        byte[] vector = new byte[AeadAlgorithm.NONCE_LENGTH];
        Twins twins = new Twins();
        Masks masks = new Masks();
        try (PacketCipher sealer = aead.packetCipher(key, vector, true);
                PacketCipher opener = aead.packetCipher(key, vector, false);
                HeaderMask mask = aead.headerMask(key)) {
            for (int i = 0; i < CALLS && numbers.hasMore(); i++) {
                int what = numbers.next();
                int aadAt = numbers.next();
                int aadLength = numbers.next();
                int at = numbers.next();
                int length = numbers.next();
                twins.fill(what, Math.clamp(numbers.next(), 0, CAPACITY));
                byte[] target = new byte[Math.clamp(numbers.next(), 0, CAPACITY)];
                int more = numbers.next();
                int kind = Math.floorMod(what, KINDS);
                if (kind == 0) {
                    twins.same(buffer -> {
                        sealer.seal(what, buffer, aadAt, aadLength, at, length);
                        int plain = opener.open(
                                what,
                                buffer.duplicate(),
                                aadAt,
                                aadLength,
                                at,
                                length + PacketCipher.TAG_LENGTH,
                                target);
                        return overlap(aadAt, aadLength, at, length) ? 0 : plain;
                    });
                } else if (kind == 1) {
                    if (overlap(aadAt, aadLength, at, length)) { // the order of reading the one and writing the other
                        continue;
                    }
                    twins.same(buffer -> {
                        sealer.seal(what, SOURCE, more, buffer, aadAt, aadLength, at, length);
                        return 0;
                    });
                } else if (kind == 2) {
                    twins.same(buffer -> masks.of(mask, buffer, at, aadLength, more));
                } else if (kind == 3) {
                    twins.same(buffer -> opener.open(what, buffer, aadAt, aadLength, at, length, target));
                    assertThat(Arrays.equals(target, new byte[target.length])).isTrue();
                } else {
                    twins.same(buffer -> mask.mask(buffer, at) & 0xff_ffff_ffffL);
                }
            }
        }
    }

    /** Where header and payload overlap, sealing changes the header too, and no receiver opens that again. */
    private static boolean overlap(int aadAt, int aadLength, int at, int length) {
        return aadLength > 0 && aadAt < at + length + PacketCipher.TAG_LENGTH && at < aadAt + aadLength;
    }

    private static void send(byte[] data) {
        Numbers numbers = new Numbers(data);
        InetSocketAddress absent = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
        try (UdpSocket socket = SystemEnvironment.shared()
                .network()
                .bindUdpForBatches(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            assertThat(socket.onReadable(() -> 0)).isTrue();
            for (int i = 0; i < CALLS && numbers.hasMore(); i++) {
                DatagramBatch batch = new DatagramBatch(ByteBuffer.allocateDirect(CAPACITY));
                int length = numbers.next();
                int segment = numbers.next();
                boolean valid = length >= 0 && length <= CAPACITY && segment >= 0 && (segment > 0 || length == 0);
                try {
                    batch.received(length, segment, numbers.next() & 3, absent);
                    socket.trySend(batch);
                    assertThat(valid).isTrue();
                } catch (IndexOutOfBoundsException refused) {
                    assertThat(valid).isFalse();
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Any batches come into a buffer that is too small for some: nothing is written behind it. */
    private static void receive(byte[] data) {
        Numbers numbers = new Numbers(data);
        ByteBuffer memory = ByteBuffer.allocateDirect(GUARD + CAPACITY + GUARD);
        DatagramBatch incoming = new DatagramBatch(memory.slice(GUARD, CAPACITY));
        BlockingQueue<Integer> reads = new LinkedBlockingQueue<>();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Network network = SystemEnvironment.shared().network();
        try (UdpSocket receiver = network.bindUdpForBatches(any);
                UdpSocket sender = network.bindUdpForBatches(any);
                UdpSocket marker = network.bindUdpForBatches(any)) {
            InetSocketAddress target = receiver.localAddress();
            int end = marker.localAddress().getPort();
            assertThat(receiver.onReadable(() -> {
                        try {
                            while (receiver.tryReceive(incoming)) {
                                assertThat(incoming.length()).isBetween(0, CAPACITY);
                                assertThat(incoming.segment()).isBetween(incoming.length() == 0 ? 0 : 1, 1 << 16);
                                reads.add(incoming.remote().getPort());
                            }
                        } catch (IOException | AssertionError failure) {
                            reads.add(-1);
                        }
                        return 0;
                    }))
                    .isTrue();
            assertThat(sender.onReadable(() -> 0) && marker.onReadable(() -> 0)).isTrue();
            for (int i = 0; i < CALLS && numbers.hasMore(); i++) {
                DatagramBatch batch = new DatagramBatch(ByteBuffer.allocateDirect(16 * CAPACITY));
                int length = Math.floorMod(numbers.next() * 7, 16 * CAPACITY);
                batch.received(length, Math.max(1, Math.floorMod(numbers.next() * 3, 4 * CAPACITY)), 0, target);
                sender.trySend(batch);
                assertThat(marker.trySend(ByteBuffer.allocate(1), target)).isTrue();
                int from;
                while ((from = reads.take()) != end) {
                    assertThat(from).isPositive();
                }
                for (int at = 0; at < GUARD; at++) {
                    assertThat(memory.get(at) | memory.get(GUARD + CAPACITY + at))
                            .isZero();
                }
            }
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @FuzzTest
    void batches(byte[] data) {
        send(data);
    }

    @FuzzTest
    void arrivals(byte[] data) {
        receive(data);
    }

    @Test
    void arrivalsOfManySeeds() {
        for (int seed = 0; seed < 20; seed++) {
            byte[] data = new byte[100];
            new Random(seed).nextBytes(data);
            receive(data);
        }
    }

    @Test
    void batchesOfManySeeds() {
        for (int seed = 0; seed < 50; seed++) {
            byte[] data = new byte[200];
            new Random(seed).nextBytes(data);
            send(data);
        }
    }

    @FuzzTest
    void lengths(byte[] data) {
        play(data);
    }

    @Test
    void lengthsOfManySeeds() {
        for (int seed = 0; seed < 500; seed++) {
            byte[] data = new byte[400];
            new Random(seed).nextBytes(data);
            play(data);
        }
    }
}
