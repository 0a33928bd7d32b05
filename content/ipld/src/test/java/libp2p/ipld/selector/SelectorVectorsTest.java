package libp2p.ipld.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.core.testing.Json;
import libp2p.ipld.Block;
import libp2p.ipld.MemoryBlocks;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.ipld.codec.DagJson;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The walks that go-ipld-prime makes, and the fixtures of the specification. */
class SelectorVectorsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern MARK =
            Pattern.compile("\\[testmark\\]:# \\(([^/]+)/([a-z-]+)\\)\n```[a-z]*\n(.*?)\n```", Pattern.DOTALL);

    @TestFactory
    List<DynamicTest> walksLoadAndVisitWhatThoseOfGoDoInTheSameOrder() {
        Map<String, Object> file = Json.object(Json.resource("/vectors/selectors-more/walks.json"));
        MemoryBlocks store = new MemoryBlocks();
        for (Map<String, Object> block : Json.objects(file.get("blocks"))) {
            store.put(Block.verified(Cid.parse((String) block.get("cid")), HEX.parseHex((String) block.get("hex"))));
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (Map<String, Object> row : Json.objects(file.get("cases"))) {
            tests.add(DynamicTest.dynamicTest((String) row.get("name"), () -> {
                byte[] cbor = HEX.parseHex((String) row.get("selectorCbor"));
                Selector selector = Selector.ofCbor(cbor);
                assertThat(new DagCbor().encode(selector.toNode())).isEqualTo(cbor);
                assertThat(Selector.ofJson((String) row.get("selector")).wireForm())
                        .isEqualTo(selector);
                walk(store, row, selector, row, false);
                if (row.containsKey("visitLinksOnce")) {
                    walk(store, row, selector, Json.object(row.get("visitLinksOnce")), true);
                }
            }));
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> whatGoRefusesIsRefusedAndWhatItTakesIsWalkedAlike() {
        Map<String, Object> file = Json.object(Json.resource("/vectors/selectors-more/walks.json"));
        MemoryBlocks store = new MemoryBlocks();
        for (Map<String, Object> block : Json.objects(file.get("blocks"))) {
            store.put(Block.verified(Cid.parse((String) block.get("cid")), HEX.parseHex((String) block.get("hex"))));
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (Map<String, Object> row : Json.objects(file.get("invalid"))) {
            byte[] cbor = HEX.parseHex((String) row.get("selectorCbor"));
            tests.add(DynamicTest.dynamicTest((String) row.get("name"), () -> {
                if (row.get("name").equals("conditional")) { // of the specification, though not in Go
                    assertThat(new DagCbor().encode(Selector.ofCbor(cbor).toNode()))
                            .isEqualTo(cbor);
                } else if (row.containsKey("compileError")) {
                    assertThatThrownBy(() -> Selector.ofCbor(cbor)).isInstanceOf(MalformedException.class);
                } else if (row.get("walkError").equals("")) {
                    walk(store, row, Selector.ofCbor(cbor), row, false);
                } else {
                    assertThatThrownBy(() -> walk(store, row, Selector.ofCbor(cbor), row, false))
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining("\"nope\"");
                }
            }));
        }
        return tests;
    }

    private static void walk(
            MemoryBlocks store, Map<String, Object> row, Selector selector, Map<String, Object> expected, boolean once)
            throws IOException {
        List<Map<String, Object>> load = Json.objects(expected.get("loads"));
        List<String> loads = new ArrayList<>();
        List<String> visits = new ArrayList<>();
        SelectorWalk walk = new SelectorWalk(
                (path, cid) -> {
                    boolean inside = loads.size() < load.size()
                            && load.get(loads.size()).get("path").equals("");
                    loads.add((inside ? "" : path) + " " + cid); // Go has no path for further blocks of a file
                    return store.blocks.get(cid);
                },
                Budget.STRANGER,
                once);
        walk.walk(Cid.parse((String) row.get("root")), selector, visit -> visits.add(seen(visit)));
        assertThat(loads)
                .isEqualTo(load.stream()
                        .map(one -> one.get("path") + " " + one.get("cid"))
                        .toList());
        assertThat(visits)
                .isEqualTo(Json.objects(expected.get("visits")).stream()
                        .map(visit -> visit.get("path") + " " + visit.get("kind") + " " + visit.get("matched")
                                + (visit.containsKey("hex") ? " " + visit.get("hex") : "")
                                + (visit.containsKey("value") ? " " + visit.get("value") : ""))
                        .toList());
    }

    private static String seen(SelectorWalk.Visit visit) throws IOException {
        String line = visit.path() + " " + Condition.name(visit.view().kind()) + " " + visit.matched();
        if (visit.view().kind() == Node.Kind.BYTES) {
            return visit.matched()
                    ? line + " " + HEX.formatHex(visit.view().bytes().readAllBytes())
                    : line;
        }
        return switch (visit.view().toNode()) {
            case Node.Int number -> line + " " + number.value();
            case Node.Text text -> line + " " + text.value();
            default -> line;
        };
    }

    @TestFactory
    List<DynamicTest> fixturesOfTheSpecification() {
        Map<String, Map<String, String>> fixtures = new LinkedHashMap<>();
        for (String name : List.of("selector-fixtures-1", "selector-fixtures-recursion")) {
            String text = new String(Json.bytes("/vectors/selectors/" + name + ".md"), StandardCharsets.UTF_8);
            Matcher marks = MARK.matcher(text);
            while (marks.find()) {
                fixtures.computeIfAbsent(marks.group(1), key -> new LinkedHashMap<>())
                        .put(marks.group(2), marks.group(3));
            }
        }
        assertThat(fixtures).hasSize(10);
        List<DynamicTest> tests = new ArrayList<>();
        fixtures.forEach((name, parts) -> tests.add(DynamicTest.dynamicTest(name, () -> {
            Block block = Block.of(Multicodec.DAG_JSON, parts.get("data").getBytes(StandardCharsets.UTF_8));
            List<Node> visits = new ArrayList<>();
            for (String selector : parts.get("selector").split("\n(?=\\{)")) {
                new SelectorWalk((path, cid) -> block.data(), Budget.STRANGER)
                        .walk(block.cid(), Selector.ofJson(selector), visit -> visits.add(asFixture(visit)));
            }
            List<Node> expected = parts.get("expect-visit")
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(line -> new DagJson().decode(line.getBytes(StandardCharsets.UTF_8)))
                    .toList();
            assertThat(visits.stream().map(DagJson::text))
                    .isEqualTo(expected.stream().map(DagJson::text).toList());
        })));
        return tests;
    }

    private static Node asFixture(SelectorWalk.Visit visit) throws IOException {
        Node value = visit.view().toNode();
        boolean nested = value.kind() == Node.Kind.MAP || value.kind() == Node.Kind.LIST;
        Map<String, Node> node = Map.of(Condition.name(value.kind()), nested ? new Node.Null() : value);
        LinkedHashMap<String, Node> line = new LinkedHashMap<>();
        line.put("path", Node.of(visit.path().toString()));
        line.put("node", new Node.Mapping(new LinkedHashMap<>(node)));
        line.put("matched", new Node.Bool(visit.matched()));
        return new Node.Mapping(line);
    }
}
