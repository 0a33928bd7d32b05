package libp2p.growth;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Parts of valid messages with values that were never there before. */
final class Messages {
    private static final byte[] SHA_256 = {0x12, 0x20};
    private static final byte[] RAW_CID = {1, 0x55, 0x12, 0x20};

    private Messages() {}

    /** Behind its length. */
    static byte[] framed(byte[] message) {
        return Delimited.frame(message);
    }

    /** A message of protobuf behind its length. */
    static byte[] protobuf(Consumer<ProtobufWriter> fields) {
        return framed(bare(fields));
    }

    /** A message of protobuf. */
    static byte[] bare(Consumer<ProtobufWriter> fields) {
        ProtobufWriter out = new ProtobufWriter();
        fields.accept(out);
        return out.toByteArray();
    }

    static byte[] bytes(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String name(RandomGenerator random) {
        return HexFormat.of().formatHex(bytes(random, 12));
    }

    /** A peer id of a key that no peer has. */
    static byte[] peerId(RandomGenerator random) {
        return join(SHA_256, bytes(random, 32));
    }

    /** Of a block that no peer has. */
    static byte[] cid(RandomGenerator random) {
        return join(RAW_CID, bytes(random, 32));
    }

    /** At which no host listens. */
    static Multiaddr address(RandomGenerator random) {
        return Multiaddr.parse("/ip4/7." + random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256)
                + "/tcp/" + (1 + random.nextInt(65_535)));
    }
}
