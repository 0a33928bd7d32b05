package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import libp2p.blocks.BlockStore;
import libp2p.http.HttpResponse;
import libp2p.ipld.Block;
import libp2p.ipld.ContentException;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.ipld.unixfs.TarOutput;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and directories as tar archives (IPIP-288). */
class GatewayArchivesTest {
    private static final String INSIDE = "bafybeibfevfxlvxp5vxobr5oapczpf7resxnleb7tkqmdorc4gl5cdva3y";
    private static final String OUTSIDE = "bafybeicaj7kvxpcv4neaqzwhrqqmdstu4dhrwfpknrgebq6nzcecfucvyu";
    private static final String FOLDER = "bafybeig6ka5mlwkl4subqhaiatalkcleo4jgnr3hqwvpmsqfca27cijp3i";
    private static BlockStore store;
    private static Gateway gateway;

    @BeforeAll
    static void load() throws IOException {
        store = Fixtures.blocks();
        gateway = new Gateway(store, GatewayOptions.DEFAULT);
    }

    private static HttpResponse get(String target, String... fields) {
        return Fixtures.get(gateway, "127.0.0.1", target, fields);
    }

    /** The paths of the entries; names that take records of pax are called {@code long}. */
    private static List<String> paths(byte[] archive) {
        List<String> paths = new ArrayList<>();
        for (int at = 0; archive[at] != 0; ) {
            String head = new String(archive, at, TarOutput.BLOCK, StandardCharsets.ISO_8859_1);
            int size = Integer.parseInt(head.substring(124, 135), 8);
            if (head.charAt(156) != TarOutput.PAX) {
                paths.add(head.substring(0, head.indexOf('\0')));
            }
            at += TarOutput.BLOCK + (size + TarOutput.BLOCK - 1) / TarOutput.BLOCK * TarOutput.BLOCK;
        }
        return paths;
    }

    @Test
    void aDirectoryIsAnArchiveOfOneRoot() throws IOException {
        for (HttpResponse response : new HttpResponse[] {
            get("/ipfs/" + FOLDER + "?format=tar"), get("/ipfs/" + FOLDER, "Accept", "application/x-tar")
        }) {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().get("Content-Type")).isEqualTo("application/x-tar");
            assertThat(response.headers().get("Content-Disposition"))
                    .startsWith("attachment; filename=\"" + FOLDER + ".tar\"");
            assertThat(response.headers().get("Etag")).isEqualTo("W/\"" + FOLDER + ".x-tar\"");
            assertThat(response.headers().get("Cache-Control")).isEqualTo("public, max-age=29030400, immutable");
            assertThat(response.headers().get("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(response.headers().get("X-Ipfs-Roots")).isEqualTo(FOLDER);
            assertThat(paths(Fixtures.bytes(response)))
                    .contains(FOLDER, FOLDER + "/api", FOLDER + "/api/file.txt", FOLDER + "/ipfs/file.txt")
                    .allMatch(path -> path.startsWith(FOLDER) || path.equals("long"));
        }
        assertThat(get("/ipfs/" + FOLDER, "Accept", "application/x-tar")
                        .headers()
                        .get("Content-Location"))
                .isEqualTo("/ipfs/" + FOLDER + "?format=tar");
        assertThat(get("/ipfs/" + FOLDER + "?format=tar", "If-None-Match", "W/\"" + FOLDER + ".x-tar\"")
                        .status())
                .isEqualTo(304);
        assertThat(get("/ipfs/" + FOLDER + "?format=tar&filename=mine.tar")
                        .headers()
                        .get("Content-Disposition"))
                .startsWith("attachment; filename=\"mine.tar\"");
    }

    @Test
    void aFileIsAnArchiveOfOneEntry() throws IOException {
        String cid = "bafkreihg5ocauzsdewk4xyb26ftl35kz6k5ayfd4jkbiv4xswjf6tyv5oi";
        byte[] archive = Fixtures.bytes(get("/ipfs/" + FOLDER + "/api/file.txt?format=tar"));
        assertThat(paths(archive)).containsExactly(cid);
        assertThat(new String(archive, StandardCharsets.ISO_8859_1))
                .contains("I am a txt file in confusing /api dir\n");
    }

    @Test
    void aNameThatLeadsToAPlaceInTheRootIsWrittenAsThatPlace() throws IOException {
        HttpResponse response = get("/ipfs/" + INSIDE + "?format=tar");
        assertThat(paths(Fixtures.bytes(response)))
                .containsExactly(INSIDE, INSIDE + "/foobar", INSIDE + "/foobar/directory", INSIDE + "/foobar/file");
    }

    @Test
    void aNameThatLeadsOutOfTheRootEndsTheArchive() {
        HttpResponse response = get("/ipfs/" + OUTSIDE + "?format=tar");
        assertThatThrownBy(() -> Fixtures.bytes(response))
                .isInstanceOf(ContentException.class)
                .hasMessageContaining("../foo");
    }

    private static Cid put(List<PbLink> links, byte[] data) throws IOException {
        Block block = Block.of(Multicodec.DAG_PB, DagPb.write(links, data));
        store.put(block);
        return block.cid();
    }

    private static Cid link(String target) throws IOException {
        byte[] text = target.getBytes(StandardCharsets.UTF_8);
        byte[] data = new byte[4 + text.length];
        System.arraycopy(new byte[] {8, 4, 18, (byte) text.length}, 0, data, 0, 4);
        System.arraycopy(text, 0, data, 4, text.length);
        return put(List.of(), data);
    }

    private static Cid folder(String name, Cid entry) throws IOException {
        return put(List.of(new PbLink(entry, name, 1)), new byte[] {8, 1});
    }

    @ParameterizedTest
    @CsvSource({
        "a, true",
        "../b, true",
        "../b/c, true",
        "./../b, true",
        "../../b, false",
        "a/../../../b, false",
        "a/.., false",
        "/etc/passwd, false",
        "//a, false",
        "../.., false"
    })
    void onlySymbolicLinksInsideTheRootAreWritten(String target, boolean inside) throws IOException {
        Cid root = folder("d", folder("link", link(target)));
        HttpResponse response = get("/ipfs/" + root + "?format=tar");
        if (inside) {
            assertThat(paths(Fixtures.bytes(response))).containsExactly("" + root, root + "/d", root + "/d/link");
        } else {
            assertThatThrownBy(() -> Fixtures.bytes(response)).isInstanceOf(ContentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../", ".", "/", "../../x", "a/../..", "/../x"})
    void noEntryIsWrittenOverTheRootOrBesideIt(String name) throws IOException {
        Cid root = folder(name, Cid.parse("bafkqaaa"));
        assertThatThrownBy(() -> Fixtures.bytes(get("/ipfs/" + root + "?format=tar")))
                .isInstanceOf(ContentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "baguqeeram5ujjqrwheyaty3w5gdsmoz6vittchvhk723jjqxk7hakxkd47xq",
                "bafyreibs4utpgbn7uqegmd2goqz4bkyflre2ek2iwv743fhvylwi4zeeim"
            })
    void contentThatIsNotUnixFsIsNoArchive(String cid) {
        assertThat(get("/ipfs/" + cid + "?format=tar").status()).isEqualTo(406);
        assertThat(get("/ipfs/" + cid, "Accept", "application/x-tar").status()).isEqualTo(406);
    }
}
