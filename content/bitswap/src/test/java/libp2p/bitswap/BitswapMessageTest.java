package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import libp2p.core.protobuf.Delimited;
import libp2p.core.testing.Json;
import libp2p.ipld.Block;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagJson;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Frames that boxo writes, and malformed ones with its verdict. */
class BitswapMessageTest {
    private static final HexFormat HEX = HexFormat.of();

    @TestFactory
    List<DynamicTest> framesOfBoxoAreReadAndWrittenAgain() {
        List<DynamicTest> tests = new ArrayList<>();
        Map<String, Object> file = Json.object(Json.resource("/vectors/bitswap/messages.json"));
        for (Map<String, Object> row : Json.objects(file.get("positive"))) {
            Map<String, Object> decoded = Json.object(row.get("decoded"));
            tests.add(DynamicTest.dynamicTest((String) row.get("name"), () -> {
                BitswapMessage message = read((String) row.get("frame"));
                assertThat(message.full()).isEqualTo(decoded.get("full"));
                assertThat(message.pendingBytes()).isEqualTo(((Long) decoded.get("pendingBytes")).intValue());
                List<String> wants = new ArrayList<>();
                message.wants()
                        .forEach(want -> wants.add(want.cid() + " " + want.priority() + " " + want.cancel() + " "
                                + (want.block() ? "block" : "have") + " " + want.sendDontHave()));
                List<String> expected = new ArrayList<>();
                Json.objects(decoded.get("wants"))
                        .forEach(want -> expected.add(want.get("cid") + " " + want.get("priority") + " "
                                + want.get("cancel") + " " + want.get("type") + " " + want.get("sendDontHave")));
                assertThat(wants).containsExactlyInAnyOrderElementsOf(expected);
                List<String> cids = new ArrayList<>();
                message.blocks().forEach(block -> cids.add(block.cid().toString()));
                List<String> expectedCids = new ArrayList<>();
                Json.objects(decoded.get("blocks")).forEach(block -> expectedCids.add((String) block.get("cid")));
                assertThat(cids).containsExactlyInAnyOrderElementsOf(expectedCids);
                for (Block block : message.blocks()) {
                    assertThat(Block.matches(block.cid().hash(), block.data())).isTrue();
                }
                BitswapMessage.Version version = BitswapMessage.Version.of((String) row.get("protocol"));
                BitswapMessage again = BitswapMessage.decode(message.encode(version), BitswapLimits.DEFAULT);
                assertThat(again.wants()).isEqualTo(message.wants());
                assertThat(again.blocks()).isEqualTo(message.blocks());
                assertThat(again.have()).isEqualTo(message.have());
                assertThat(again.dontHave()).isEqualTo(message.dontHave());
                int boxo = Delimited.read(
                                "frame",
                                new ByteArrayInputStream(HEX.parseHex((String) row.get("frame"))),
                                BitswapLimits.DEFAULT.messageBytes())
                        .length;
                assertThat(message.encode(version).length)
                        .isIn(boxo, boxo - 2); // sometimes it writes an empty want-list
            }));
        }
        assertThat(tests).hasSize(8);
        return tests;
    }

    @TestFactory
    List<DynamicTest> malformedFramesAreRefusedAndOddOnesHarmless() {
        List<DynamicTest> tests = new ArrayList<>();
        Node file = new DagJson().decode(Json.bytes("/vectors/bitswap/messages.json"));
        for (Node row : ((Node.Sequence) file.get("negative")).items()) {
            String name = ((Node.Text) row.get("name")).value();
            String frame = ((Node.Text) row.get("frame")).value();
            boolean refused = !((Node.Text) row.get("boxoError")).value().isEmpty() || name.equals("wrong-wire-type");
            tests.add(DynamicTest.dynamicTest(name, () -> {
                if (refused) {
                    assertThatThrownBy(() -> read(frame)).isInstanceOf(IOException.class);
                } else {
                    BitswapMessage message = read(frame);
                    assertThat(message.blocks()).isEmpty(); // of hashes too short to be trusted, and of the identity
                    assertThat(message.wants().size()
                                    + message.have().size()
                                    + message.dontHave().size())
                            .isLessThanOrEqualTo(1);
                }
            }));
        }
        return tests;
    }

    private static BitswapMessage read(String frame) throws IOException {
        MessageReader reader =
                new MessageReader(new ByteArrayInputStream(HEX.parseHex(frame)), BitswapLimits.DEFAULT, null);
        if (!reader.read()) {
            throw new EOFException("no message");
        }
        return reader.message();
    }

    /** A stranger announces large blocks: no more room than that is taken before the bytes come. */
    @Test
    void lengthsAreBoundedBeforeRoomIsTaken() {
        for (String frame : List.of(
                "8080800a", // a message of 20 MiB
                "8080800112808080f00f", // a bare block that is longer than the message
                "8080800212808080021a", // one of 4 MiB, which is more than a block may have
                "ffff7f1a80800112fffffe01", // the data is longer than the block around it
                "0b1a091280808080808080808001", // a length of 2^63
                "021a80", // it ends within a number
                "0c1a0a0a08ffffffffffffffff")) { // a prefix without an end
            assertThatThrownBy(() -> read(frame)).as(frame).isInstanceOf(IOException.class);
        }
    }

    @Test
    void anErrorOfABlockPrefixNamesTheValueAndWhatIsAllowed() {
        assertThatThrownBy(() -> read("0b1a090a0407551220120100"))
                .hasMessageContaining("block prefix: CID version 7 is unknown, known are 0 and 1");
        assertThatThrownBy(() -> read("0c1a0a0a05015512ac02120100"))
                .hasMessageContaining("block prefix: a digest of 300 bytes, allowed are 128");
        assertThatThrownBy(() -> read("0c1a0a0a050155122000120100"))
                .hasMessageContaining("block prefix: 1 bytes behind the length of the digest");
        assertThatThrownBy(() -> read("0b1a090a0401557f20120100"))
                .hasMessageContaining("block prefix: a block under hash function 0x7f, which is not known");
    }
}
