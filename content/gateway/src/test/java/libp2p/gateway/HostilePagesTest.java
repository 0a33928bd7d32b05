package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.http.HttpResponse;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.unixfs.DirectoryImporter;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.Imported;
import libp2p.ipld.unixfs.Metadata;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of names and values that strangers have chosen. */
class HostilePagesTest {
    private static final byte[] DIRECTORY = {8, 1};
    private final MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);

    private HttpResponse page(Cid cid) {
        String slash = cid.codec() == Multicodec.DAG_PB ? "/" : "";
        return Fixtures.get(
                new Gateway(store, GatewayOptions.DEFAULT), "127.0.0.1", "/ipfs/" + cid + slash, "Accept", "text/html");
    }

    private Cid put(long codec, byte[] data) throws IOException {
        Block block = Block.of(codec, data);
        store.put(block);
        return block.cid();
    }

    private Cid directory(String... names) throws IOException {
        Cid leaf = put(Multicodec.RAW, new byte[] {1});
        List<PbLink> links = new ArrayList<>();
        for (String name : names) {
            links.add(new PbLink(leaf, name, 1));
        }
        return put(Multicodec.DAG_PB, DagPb.write(links, DIRECTORY));
    }

    private Cid sharded(int entries) throws IOException {
        DirectoryImporter directory = new DirectoryImporter(ImportOptions.V1_2025, store, Metadata.NONE);
        Imported file = new FileImporter(ImportOptions.V1_2025, store).add(new ByteArrayInputStream(new byte[] {1}));
        for (int i = 0; i < entries; i++) {
            directory.add("entry-" + i, file);
        }
        return directory.finish().cid();
    }

    /** Notes how much it is given at once. */
    private static final class Sink extends OutputStream {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        int most;

        @Override
        public void write(int b) {
            all.write(b);
        }

        @Override
        public void write(byte[] data, int offset, int length) {
            all.write(data, offset, length);
            most = Math.max(most, length);
        }
    }

    @Test
    void aDirectoryOfManyEntriesIsListedWholeInSmallPieces() throws IOException {
        HttpResponse response = page(sharded(20_000));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.length()).isEqualTo(-1);
        Sink sink = new Sink();
        response.body().writeTo(sink);
        String page = sink.all.toString(StandardCharsets.UTF_8);
        assertThat(page.split("<tr><th", -1)).hasSize(20_002); // and the header of the table
        assertThat(page)
                .contains("20,000 entries, in the order of the hashes of their names")
                .endsWith("</html>\n");
        assertThat(sink.most).isLessThan(100_000);
    }

    @Test
    void namesOfMegabytesAreCutAndHaveNoLink() throws IOException {
        String[] names = new String[18];
        for (int i = 0; i < names.length; i++) {
            names[i] = (char) ('a' + i) + "<".repeat(100_000);
        }
        Sink sink = new Sink();
        page(directory(names)).body().writeTo(sink);
        assertThat(sink.all.size()).isLessThan(400_000);
        assertThat(sink.all.toString(StandardCharsets.UTF_8))
                .contains("&lt;…</bdi>", "18 entries")
                .doesNotContain("<bdi translate=\"no\"><a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "../../x", "a\0b"})
    void anEntryThatNoRequestCanNameHasNoLinkButThatOfItsCid(String name) throws IOException {
        String page = Fixtures.text(page(directory(name)));
        assertThat(page)
                .containsPattern("<bdi translate=\"no\">[^<]*(<i class=\"none\">[^<]*</i>)?</bdi>")
                .contains("href=\"/ipfs/"
                        + Block.of(Multicodec.RAW, new byte[] {1}).cid() + "?filename=")
                .doesNotContain("\0");
    }

    @Test
    void charactersThatReorderTheRowOrHaveNoShapeAreReplaced() throws IOException {
        String page =
                Fixtures.text(page(directory("a\u202egpj.exe", "b\u2067c\u2069", "d\u001b[2Je", "f\u0085g\u2028h")));
        assertThat(page)
                .contains(
                        ">a\ufffdgpj.exe</a></bdi>", ">b\ufffdc\ufffd</a>", ">d\ufffd[2Je</a>", ">f\ufffdg\ufffdh</a>")
                .contains("a%E2%80%AEgpj.exe\">") // the link has them
                .doesNotContain("\u202e", "\u2067", "\u001b", "\u0085", "\u2028");
        assertThat(Fixtures.text(page(directory("קובץ.txt", "👩\u200d🚀"))))
                .contains(">קובץ.txt</a></bdi>", ">👩\u200d🚀</a>");
    }

    @Test
    void namesThatAreNotTextAreRefused() throws IOException {
        byte[] block = DagPb.write(List.of(new PbLink(put(Multicodec.RAW, new byte[] {1}), "zz", 1)), DIRECTORY);
        for (int i = 1; i < block.length; i++) {
            if (block[i - 1] == 'z' && block[i] == 'z') {
                block[i] = (byte) 0xff;
            }
        }
        HttpResponse response = page(put(Multicodec.DAG_PB, block));
        assertThat(response.status()).isEqualTo(404);
        assertThat(Fixtures.text(response)).contains("UTF-8");
    }

    @Test
    void aDirectoryWhosePartsAreMissingEndsWithAWordToTheReaderAndIsBrokenOff() throws IOException {
        Cid cid = sharded(20_000);
        Set<Cid> asked = ConcurrentHashMap.newKeySet();
        BlockSource part = block -> {
            if (asked.add(block) && asked.size() > 300) {
                throw new BlockNotFoundException(block, "not here");
            }
            return store.get(block);
        };
        MemoryBlockStore none = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        GatewayOptions options = GatewayOptions.DEFAULT.withSource(part);
        HttpResponse response = Fixtures.get(new Gateway(none, options), "127.0.0.1", "/ipfs/" + cid + "/");
        assertThat(response.status()).isEqualTo(200);
        Sink sink = new Sink();
        assertThatThrownBy(() -> response.body().writeTo(sink)).isInstanceOf(BlockNotFoundException.class);
        assertThat(sink.all.toString(StandardCharsets.UTF_8))
                .contains("</tbody></table>\n<p role=\"alert\">The rest of the directory is missing: ")
                .endsWith("</p>\n");
        asked.clear();
        asked.addAll(fill(299)); // the first shard below the root is missing: nothing has been sent
        assertThat(Fixtures.get(new Gateway(none, options), "127.0.0.1", "/ipfs/" + cid + "/")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aDirectoryOfMoreBlocksThanTheBudgetIsCutShort() throws IOException {
        Cid cid = sharded(20_000);
        Budget budget = new Budget(300, 1 << 30, 1024);
        HttpResponse response = Fixtures.get(
                new Gateway(store, GatewayOptions.DEFAULT.withBudget(budget)), "127.0.0.1", "/ipfs/" + cid + "/");
        Sink sink = new Sink();
        assertThatThrownBy(() -> response.body().writeTo(sink))
                .isInstanceOf(ContentException.class)
                .hasMessageContaining("more than 300 blocks");
        assertThat(sink.all.toString(StandardCharsets.UTF_8)).endsWith("</p>\n");
    }

    @Test
    void noCharacterBecomesMarkupOrControl() {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            String html = Escapes.html("a" + (char) c + "b");
            assertThat(html).doesNotContain("<", ">", "\"", "'").doesNotContainPattern("\\p{Cntrl}|&b|&$");
            assertThat(Character.isSurrogate(html.charAt(1))).isFalse();
        }
    }

    private List<Cid> fill(int count) {
        List<Cid> cids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            cids.add(Block.of(Multicodec.RAW, new byte[] {(byte) i, (byte) (i >> 8), 7})
                    .cid());
        }
        return cids;
    }

    @Test
    void valuesNestedAsDeepAsTheyMayBeDoNotGrowByTheirIndentation() throws IOException {
        int depth = IpldLimits.NESTING;
        String json = "[1,".repeat(depth - 1) + "2" + "]".repeat(depth - 1);
        assertThat(Fixtures.bytes(page(put(Multicodec.DAG_JSON, json.getBytes(StandardCharsets.UTF_8)))))
                .hasSizeLessThan(60_000);
        String deeper = "[".repeat(100_000) + "]".repeat(100_000);
        assertThat(Fixtures.text(page(put(Multicodec.DAG_JSON, deeper.getBytes(StandardCharsets.UTF_8)))))
                .contains("nested deeper than the limit of 256");
    }

    @Test
    void aValueOfManyPartsIsShownUpToTheBoundOfAPage() throws IOException {
        String json = "[" + "\"a text of some length\",".repeat(60_000) + "1]";
        byte[] page = Fixtures.bytes(page(put(Multicodec.DAG_JSON, json.getBytes(StandardCharsets.UTF_8))));
        assertThat(page).hasSizeBetween(1_000_000, Preview.SHOWN + 100_000);
        assertThat(new String(page, StandardCharsets.UTF_8)).contains("There is more, which a download has.");
    }

    @Test
    void aValueThatWouldFillTheMemoryIsNotShown() throws IOException {
        byte[] cbor = new byte[300_005];
        cbor[0] = (byte) 0x9a; // an array of 300,000 zeros
        cbor[2] = 4;
        cbor[3] = (byte) 0x93;
        cbor[4] = (byte) 0xe0;
        for (long codec : new long[] {Multicodec.DAG_CBOR, Multicodec.CBOR}) {
            assertThat(Fixtures.text(page(put(codec, cbor)))).contains("The block has too many values to be shown.");
        }
        String json = "[" + "1,".repeat(300_000) + "1]";
        assertThat(Fixtures.text(page(put(Multicodec.JSON, json.getBytes(StandardCharsets.UTF_8)))))
                .contains("The block has too many values to be shown.");
    }

    @Test
    void aMillionBytesOfOneTextAreCut() throws IOException {
        String json = "{\"" + "k".repeat(500_000) + "\":\"" + "\\u0000".repeat(80_000) + "\"}";
        assertThat(Fixtures.bytes(page(put(Multicodec.DAG_JSON, json.getBytes(StandardCharsets.UTF_8)))))
                .hasSizeLessThan(200_000);
    }
}
