package libp2p.node.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import libp2p.blocks.BlockStore;
import libp2p.ipfs.Verification;
import libp2p.ipld.Block;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.TarOutput;
import libp2p.ipld.unixfs.TreeImporter;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.MultipartBody;
import libp2p.node.control.Query;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** The commands on content, on a store of this process. */
class ContentOperationsTest extends LocalStoreTest {
    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private Path tree() throws IOException {
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Files.createDirectories(tree.resolve("empty"));
        Files.createDirectories(tree.resolve("a").resolve("b"));
        Files.write(tree.resolve("a").resolve("b").resolve("file"), random(700_000));
        Files.write(tree.resolve("a").resolve("none"), new byte[0]);
        Files.write(tree.resolve("a").resolve("z".repeat(200)), random(3));
        Files.write(tree.resolve("Zürich 字 +%"), random(513));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("a/b/file"));
        return tree;
    }

    private List<String> add(Path path) throws IOException {
        List<String> cids = new ArrayList<>();
        try (MultipartBody body = new MultipartBody(
                SystemEnvironment.shared(), new LocalFiles(List.of(path.toString()), true, false, false, false))) {
            node.lines(
                    ControlHandler.KUBO + "add",
                    new Query(),
                    body,
                    line -> cids.add(ContentCommand.text(line, "Hash")));
        }
        return cids;
    }

    private long blocks() throws IOException {
        return ContentCommand.number(node.ask(ControlHandler.KUBO + "repo/stat", new Query()), "NumObjects");
    }

    private static List<String> described(Path root) throws IOException {
        List<String> described = new ArrayList<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted().toList()) {
                String kind = Files.isSymbolicLink(path)
                        ? "-> " + Files.readSymbolicLink(path)
                        : Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                                ? "directory"
                                : "file " + new String(Files.readAllBytes(path), UTF_8).hashCode();
                described.add(root.relativize(path) + " " + kind);
            }
        }
        return described;
    }

    @Test
    void aTreeThatIsUploadedHasTheRootOfOneThatIsRead() throws Exception {
        Path tree = tree();
        Cid root = new TreeImporter(ImportOptions.V0_2015, block -> {}, false, false, false, (name, added) -> {})
                .add(tree, "tree")
                .cid();
        assertThat(add(tree).getLast()).isEqualTo(root.toString());
        assertThat(store.pins().has(root)).isTrue();
    }

    @Test
    void whatIsGotIsWhatWasAdded() throws Exception {
        Path tree = tree();
        String root = add(tree).getLast();
        try (TarExtractor archive = new TarExtractor(folder.resolve("got"), bytes -> {})) {
            node.bytes(ControlHandler.KUBO + "get", new Query().argument(root), archive);
            assertThat(archive.finish()).isEqualTo(700_000 + 3 + 513);
        }
        assertThat(described(folder.resolve("got"))).isEqualTo(described(tree));
        assertThatThrownBy(() -> new TarExtractor(folder.resolve("got"), bytes -> {}))
                .isInstanceOf(java.nio.file.FileAlreadyExistsException.class);
    }

    @Test
    void theArchiveIsOneThatTarReads() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/tar")) || Files.isExecutable(Path.of("/bin/tar")));
        Path tree = tree();
        String root = add(tree).getLast();
        Path archive = folder.resolve("archive.tar");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        node.bytes(ControlHandler.KUBO + "get", new Query().argument(root), bytes);
        Files.write(archive, bytes.toByteArray());
        Path into = Files.createDirectories(folder.resolve("tar"));
        Process tar = new ProcessBuilder("tar", "-xf", archive.toString(), "-C", into.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(tar.getInputStream().readAllBytes(), UTF_8)).isEmpty();
        assertThat(tar.waitFor()).isZero();
        assertThat(described(into.resolve(root))).isEqualTo(described(tree));
    }

    @Test
    void aGetThatIsInterruptedLeavesNothingAndCanBeSaidAgain() throws Exception {
        Path tree = tree();
        String root = add(tree).getLast();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        node.bytes(ControlHandler.KUBO + "get", new Query().argument(root), whole);
        Path target = folder.resolve("got");
        for (int length = 0; length < whole.size(); length += 77_777) {
            try (TarExtractor archive = new TarExtractor(target, bytes -> {})) {
                archive.write(whole.toByteArray(), 0, length);
                assertThatThrownBy(archive::finish).isInstanceOf(IOException.class);
            }
            assertThat(target).doesNotExist();
        }
        Path left = Files.createDirectories(folder.resolve(".got.partial")); // by a process that was killed
        Files.write(left.resolve("lock"), new byte[0]);
        Files.createDirectories(left.resolve("content").resolve("a"));
        try (TarExtractor archive = new TarExtractor(target, bytes -> {})) {
            archive.write(whole.toByteArray());
            archive.finish();
        }
        assertThat(described(target)).isEqualTo(described(tree));
        try (Stream<Path> beside = Files.list(folder)) {
            assertThat(beside.map(path -> path.getFileName().toString())).containsOnly("store", "tree", "got");
        }
    }

    @Test
    void anArchiveThatLeadsElsewhereIsRefused() throws Exception {
        for (String name : List.of("root/../../evil", "root/..", "other", "root//")) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new TarOutput(cid -> random(5), bytes).write(Cid.parse("bafkqaaa"), "root");
            byte[] first = bytes.toByteArray();
            byte[] second = first.clone();
            byte[] path = name.getBytes(UTF_8);
            java.util.Arrays.fill(second, 0, 100, (byte) 0);
            System.arraycopy(path, 0, second, 0, path.length);
            try (TarExtractor archive = new TarExtractor(folder.resolve("got"), read -> {})) {
                archive.write(first, 0, 1024);
                assertThatThrownBy(() -> archive.write(second, 0, 512)).as(name).isInstanceOf(Exception.class);
            }
            assertThat(folder.resolve("evil")).doesNotExist();
        }
    }

    @Test
    void anAddThatIsInterruptedLeavesNoPinAndItsBlocksGoWithTheNextCollection() {
        InputStream cut = new SequenceInputStream(new ByteArrayInputStream(random(3_000_000)), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the client has left");
            }
        });
        assertThatThrownBy(() -> node.lines(
                        ControlHandler.KUBO + "add",
                        new Query(),
                        MultipartBody.of(SystemEnvironment.shared(), cut),
                        line -> {}))
                .hasMessage("the client has left");
        try {
            assertThat(store.pins().list()).isEmpty();
            node.lines(ControlHandler.KUBO + "repo/gc", new Query(), line -> {});
            assertThat(blocks()).isZero();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCollectionThatIsInterruptedHasRemovedNothingThatIsPinnedAndCanBeSaidAgain() throws Exception {
        Cid root = Cid.parse(add(tree()).getLast());
        for (int i = 0; i < 50; i++) {
            store.blocks().put(Block.of(Multicodec.RAW, random(1000 + i)));
        }
        int[] told = new int[1];
        assertThatThrownBy(() -> node.lines(ControlHandler.KUBO + "repo/gc", new Query(), line -> {
                    if (++told[0] == 20) {
                        throw new IOException("the client has left");
                    }
                }))
                .hasMessage("the client has left");
        assertThat(new Verification(store).lacks()).isEmpty();
        assertThat(store.pins().has(root)).isTrue();
        node.lines(ControlHandler.KUBO + "repo/gc", new Query(), line -> {});
        assertThat(new Verification(store).lacks()).isEmpty();
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        node.bytes(ControlHandler.KUBO + "cat", new Query().argument(root + "/a/b/file"), got);
        assertThat(got.toByteArray()).isEqualTo(random(700_000));
        for (int i = 0; i < 50; i++) {
            assertThat(store.blocks()
                            .has(Block.of(Multicodec.RAW, random(1000 + i)).cid()))
                    .isFalse();
        }
    }

    @Test
    void aCommandThatCanAskNoPeerSaysSoAtOnceAndPinsNothing() throws Exception {
        String root = add(tree()).getLast();
        Cid missing = Cid.parse(root);
        store.pins().remove(missing);
        store.blocks().delete(List.of(missing.hash()));
        for (String path : List.of("cat", "ls", "get", "block/get", "dag/get", "dag/export", "pin/add")) {
            assertThatThrownBy(() -> node.bytes(
                            ControlHandler.KUBO + path, new Query().argument(root), new ByteArrayOutputStream()))
                    .as(path)
                    .hasMessageContaining("no peer can be asked");
        }
        assertThat(store.pins().list()).isEmpty();
    }

    @Test
    void blocksThatPinsKeepAreNotRemovedUnlessItIsSaid() throws Exception {
        List<String> cids = add(tree());
        List<String> told = new ArrayList<>();
        for (String cid : List.of(cids.getFirst(), cids.getLast())) {
            node.lines(
                    ControlHandler.KUBO + "block/rm",
                    new Query().argument(cid),
                    line -> told.add(ContentCommand.text(line, "Error")));
        }
        assertThat(told).containsExactly("pinned below " + cids.getLast(), "pinned");
        node.lines(
                ControlHandler.KUBO + "block/rm",
                new Query().argument(cids.getLast()).option("pinned", true),
                line -> assertThat(ContentCommand.text(line, "Error")).isEmpty());
        assertThat(store.blocks().has(Cid.parse(cids.getLast()))).isFalse();
    }

    @Test
    void aBlockThatALeaseKeepsIsNotCalledRemoved() throws Exception {
        String root = add(tree()).getLast();
        try (BlockStore.Lease lease = store.blocks().lease()) {
            lease.keep(List.of(Cid.parse(root).hash()));
            node.lines(
                    ControlHandler.KUBO + "block/rm",
                    new Query().argument(root).option("pinned", true),
                    line -> assertThat(ContentCommand.text(line, "Error")).startsWith("in use"));
        }
        assertThat(store.blocks().has(Cid.parse(root))).isTrue();
    }

    @Test
    void aPathThatLeadsUpwardsOrIsTooDeepIsRefused() {
        for (String path : List.of("../a", "a/../../b", "a/".repeat(2000) + "b")) {
            MultipartBody.Part part =
                    new MultipartBody.Part(path, MultipartBody.FILE, "", new ByteArrayInputStream(random(3)));
            List<MultipartBody.Part> parts = new ArrayList<>(List.of(part));
            assertThatThrownBy(() -> node.lines(
                            ControlHandler.KUBO + "add",
                            new Query(),
                            new MultipartBody(
                                    SystemEnvironment.shared(), () -> parts.isEmpty() ? null : parts.removeFirst()),
                            line -> {}))
                    .as(path)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
