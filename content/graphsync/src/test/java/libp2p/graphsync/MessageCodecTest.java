package libp2p.graphsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import libp2p.core.protobuf.Delimited;
import libp2p.core.testing.Json;
import libp2p.ipld.Block;
import libp2p.ipld.codec.DagCbor;
import libp2p.ipld.codec.DagJson;
import libp2p.ipld.selector.Selector;
import libp2p.multiformats.MalformedException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The messages that go-graphsync writes, and odd ones with its verdict. */
class MessageCodecTest {
    private static Map<String, Object> vectors() {
        return Json.object(Json.resource("/vectors/graphsync/v2-messages.json"));
    }

    private static byte[] message(Map<String, Object> row) throws IOException {
        byte[] frame = HexFormat.of().parseHex((String) row.get("frame"));
        return Delimited.read("vector", new ByteArrayInputStream(frame), 1 << 20);
    }

    @TestFactory
    List<DynamicTest> messagesAreReadAndWrittenAsTheyAre() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map<String, Object> row : Json.objects(vectors().get("positive"))) {
            tests.add(DynamicTest.dynamicTest((String) row.get("name"), () -> {
                byte[] bytes = message(row);
                GraphSyncMessage message = MessageCodec.decode(bytes, GraphSyncLimits.DEFAULT);
                assertThat(MessageCodec.encode(message)).isEqualTo(bytes);
                assertThat(new DagCbor()
                                .encode(new DagJson()
                                        .decode(((String) row.get("dagJson")).getBytes(StandardCharsets.UTF_8))))
                        .isEqualTo(bytes);
                for (GraphSyncMessage.Request request : message.requests()) {
                    if (request.selector() != null) {
                        assertThat(Selector.of(request.selector()).toNode()).isEqualTo(request.selector());
                    }
                }
                for (Block block : message.blocks()) {
                    assertThat(Block.matches(block.cid().hash(), block.data())).isTrue();
                    assertThat(message.responses()
                                    .getFirst()
                                    .metadata()
                                    .getFirst()
                                    .link())
                            .isEqualTo(block.cid());
                }
            }));
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> oddMessagesAreTakenOrRefusedAsByGo() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map<String, Object> row : Json.objects(vectors().get("edge"))) {
            tests.add(DynamicTest.dynamicTest((String) row.get("name"), () -> {
                byte[] bytes = message(row);
                if (row.get("goError").equals("")) {
                    assertThat(MessageCodec.encode(MessageCodec.decode(bytes, GraphSyncLimits.DEFAULT)))
                            .isEqualTo(bytes);
                } else {
                    assertThatThrownBy(() -> MessageCodec.decode(bytes, GraphSyncLimits.DEFAULT))
                            .isInstanceOf(MalformedException.class);
                }
            }));
        }
        return tests;
    }

    @Test
    void statusesSayWhetherTheyAreTheEnd() {
        assertThat(ResponseStatus.PAUSED.isLast()).isFalse();
        assertThat(ResponseStatus.COMPLETED_PARTIAL.isLast()).isTrue();
        assertThat(ResponseStatus.COMPLETED_PARTIAL.isFailure()).isFalse();
        assertThat(ResponseStatus.BUSY.isFailure()).isTrue();
        assertThat(new ResponseStatus(77)).hasToString("status (77)");
    }

    @Test
    void aStatusOutsideOfTheSpecificationIsNone() {
        for (long code : new long[] {9, 40, 99, -1}) {
            GraphSyncMessage.Response response = new GraphSyncMessage.Response(
                    new java.util.UUID(1, 2), new ResponseStatus(code), List.of(), new java.util.LinkedHashMap<>());
            byte[] bytes = MessageCodec.encode(new GraphSyncMessage(List.of(), List.of(response), List.of()));
            assertThatThrownBy(() -> MessageCodec.decode(bytes, GraphSyncLimits.DEFAULT))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("the status " + code);
        }
    }
}
