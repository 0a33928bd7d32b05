package libp2p.pubsub.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import libp2p.core.identity.PeerId;
import libp2p.core.testing.Fuzz;
import libp2p.pubsub.rpc.Message;
import org.junit.jupiter.api.Test;

class MessageIdsTest {
    private static final PeerId AUTHOR = PeerId.parse("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA");
    private static final Message MESSAGE = new Message(
            AUTHOR.toBytes(),
            "hello".getBytes(StandardCharsets.UTF_8),
            new byte[] {0, 0, 0, 0, 0, 0, 1, 2},
            "t",
            null,
            null);

    @Test
    void theIdOfGoIsAuthorAndNumber() {
        String hex = HexFormat.of().formatHex(AUTHOR.toBytes()) + "0000000000000102";
        assertThat(MessageIds.GO.id(MESSAGE)).hasToString(hex);
    }

    @Test
    void theIdOfRustIsTextInBase58AndDecimal() {
        assertThat(new String(MessageIds.RUST.id(MESSAGE).toBytes(), StandardCharsets.UTF_8))
                .isEqualTo(AUTHOR + "258");
    }

    @Test
    void theIdOfJsIsTheKeyMessageAndTheNumber() throws Exception {
        String key = HexFormat.of().formatHex(AUTHOR.extractKey().toProtobuf());
        assertThat(MessageIds.JS.id(MESSAGE)).hasToString(key + "0000000000000102");
    }

    private static byte[] sha256(byte[]... parts) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    @Test
    void theIdOfEthereumHashesTheUncompressedData() throws Exception {
        byte[] plain = "hello hello hello hello".getBytes(StandardCharsets.UTF_8);
        // 23 bytes: a literal of 6 ("hello "), a copy of 17 from 6 back
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(23);
        block.write(5 << 2);
        block.write(plain, 0, 6);
        block.write((17 - 1) << 2 | 2);
        block.write(6);
        block.write(0);
        Message compressed = Message.anonymous("/eth2/x", block.toByteArray());
        byte[] length = {7, 0, 0, 0, 0, 0, 0, 0};
        byte[] topic = "/eth2/x".getBytes(StandardCharsets.UTF_8);
        assertThat(MessageIds.ethereum(1 << 20).id(compressed).toBytes())
                .isEqualTo(Arrays.copyOf(sha256(new byte[] {1, 0, 0, 0}, length, topic, plain), 20));
        Message garbage = Message.anonymous("/eth2/x", new byte[] {50, 1});
        assertThat(MessageIds.ethereum(1 << 20).id(garbage).toBytes())
                .isEqualTo(Arrays.copyOf(sha256(new byte[] {0, 0, 0, 0}, length, topic, garbage.data()), 20));
        assertThat(MessageIds.ethereum(22).id(compressed))
                .isNotEqualTo(MessageIds.ethereum(23).id(compressed));
    }

    @Test
    void snappyReadsEveryElementAndRefusesTheRest() {
        byte[] copies = HexFormat.of().parseHex("0d" + "0c" + "61626364" + "0104" + "0a0800" + "070400" + "0000");
        assertThat(new String(Snappy.uncompress(copies, 100), StandardCharsets.UTF_8))
                .isEqualTo("abcdabcdabcda");
        for (String bad :
                new String[] {"", "ff", "ffffffffff", "05", "0104", "010161", "040c61", "8080808001", "0100610061"}) {
            assertThat(Snappy.uncompress(HexFormat.of().parseHex(bad), 1 << 20))
                    .as(bad)
                    .isNull();
        }
        assertThat(Snappy.uncompress(new byte[] {0}, 1 << 20)).isEmpty();
        Fuzz.run(2, 20_000, java.util.List.of(copies), bytes -> {
            byte[] out = Snappy.uncompress(bytes, 1_000);
            assertThat(out == null || out.length <= 1_000).isTrue();
        });
    }
}
