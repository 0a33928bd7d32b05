package libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.Varint;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * Values at the beginning of a buffer or stream: each takes its own bytes and no more, whichever way it is read.
 */
class BuffersFuzzTest {
    private static final long INCOMPLETE = -1;

    /** The value, or null if it is refused. */
    private interface Read<T> {
        T run() throws IOException;
    }

    private static <T> T read(Read<T> read) {
        try {
            return read.run();
        } catch (MalformedException | IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
            return null;
        }
    }

    @FuzzTest
    void varints(byte[] data) {
        ByteBuffer buffer = ByteBuffer.wrap(data);
        Long value = read(() -> Varint.decode(buffer));
        ByteArrayInputStream stream = new ByteArrayInputStream(data);
        assertThat(read(() -> Varint.decode(stream))).isEqualTo(value);
        assertThat(read(() -> Varint.decode(data, 0, data.length))).isEqualTo(value);
        if (data.length > 0) {
            assertThat(read(() -> Varint.decodeOrEnd(new ByteArrayInputStream(data))))
                    .isEqualTo(value);
        }
        ByteBuffer partial = ByteBuffer.wrap(data);
        Long complete = read(() -> Varint.decodeIfComplete(partial));
        if (value != null) {
            int size = Varint.size(value);
            assertThat(complete).isEqualTo(value);
            assertThat(buffer.position()).isEqualTo(size);
            assertThat(partial.position()).isEqualTo(size);
            assertThat(stream.available()).isEqualTo(data.length - size);
        } else {
            assertThat(complete).isIn(null, INCOMPLETE);
            assertThat(partial.position()).isZero();
        }
    }

    @FuzzTest
    void multihash(byte[] data) {
        ByteBuffer buffer = ByteBuffer.wrap(data);
        Multihash hash = read(() -> Multihash.decode(buffer));
        if (hash != null) {
            assertThat(hash.toBytes()).isEqualTo(Arrays.copyOf(data, buffer.position()));
            assertThat(Multihash.fromBytes(data, 0, buffer.position())).isEqualTo(hash);
        } else {
            assertThat(buffer.position()).isZero();
        }
    }

    @FuzzTest
    void cid(byte[] data) {
        ByteBuffer buffer = ByteBuffer.wrap(data);
        Cid cid = read(() -> Cid.decode(buffer));
        if (cid != null) {
            assertThat(cid.toBytes()).isEqualTo(Arrays.copyOf(data, buffer.position()));
            assertThat(Cid.fromBytes(cid.toBytes())).isEqualTo(cid);
        }
    }

    @FuzzTest
    void multiaddr(byte[] data) {
        Multiaddr address = read(() -> Multiaddr.fromBytes(ByteBuffer.wrap(data)));
        assertThat(read(() -> Multiaddr.fromBytes(data))).isEqualTo(address);
    }
}
