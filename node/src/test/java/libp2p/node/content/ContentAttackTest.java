package libp2p.node.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.blocks.Pins;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.ipld.Block;
import libp2p.ipld.ContentException;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.MultipartBody;
import libp2p.node.control.Query;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Content of strangers, and commands that come in each other's way, on a store of this process. */
class ContentAttackTest extends LocalStoreTest {
    /** A directory of UnixFS. */
    private static final byte[] DIRECTORY = {8, 1};

    private String add(byte[] content) throws IOException {
        String[] cid = new String[1];
        try (MultipartBody body = MultipartBody.of(SystemEnvironment.shared(), new ByteArrayInputStream(content))) {
            node.lines(
                    ControlHandler.KUBO + "add", new Query(), body, line -> cid[0] = ContentCommand.text(line, "Hash"));
        }
        return cid[0];
    }

    private byte[] archive(String path) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        node.bytes(ControlHandler.KUBO + "get", new Query().argument(path), archive);
        return archive.toByteArray();
    }

    private Block directory(PbLink... links) throws IOException {
        Block block = Block.of(Multicodec.DAG_PB, DagPb.write(List.of(links), DIRECTORY));
        store.blocks().put(block);
        return block;
    }

    @Test
    void oneOfTwoGetsToOneTargetIsRefused() throws Exception {
        byte[] first = archive(add("first".repeat(1000).getBytes(UTF_8)));
        byte[] second = archive(add("other".repeat(1000).getBytes(UTF_8)));
        Path target = folder.resolve("got");
        try (TarExtractor one = new TarExtractor(target, bytes -> {})) {
            one.write(first, 0, 700);
            try (TarExtractor two = new TarExtractor(target, bytes -> {})) {
                assertThatThrownBy(() -> two.write(second, 0, 700))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(target.toString())
                        .hasMessageContaining("another");
            }
            one.write(first, 700, first.length - 700);
            one.finish();
        }
        assertThat(target).hasContent("first".repeat(1000));
        assertThat(folder).isDirectoryNotContaining("glob:**partial");
    }

    @Test
    void aFolderThatNoGetHasMadeIsLeftAlone() throws Exception {
        byte[] archive = archive(add("content".getBytes(UTF_8)));
        Path others = Files.createDirectories(folder.resolve(".got.partial"));
        Files.writeString(others.resolve("thesis"), "precious");
        try (TarExtractor get = new TarExtractor(folder.resolve("got"), bytes -> {})) {
            assertThatThrownBy(() -> get.write(archive, 0, archive.length))
                    .isInstanceOf(FileAlreadyExistsException.class)
                    .hasMessageContaining(".got.partial");
        }
        assertThat(others.resolve("thesis")).hasContent("precious");
    }

    @Test
    void whatAKilledGetHasLeftIsReplaced() throws Exception {
        byte[] archive = archive(add("content".getBytes(UTF_8)));
        Path partial = Files.createDirectories(folder.resolve(".got.partial"));
        Files.writeString(partial.resolve("lock"), "");
        Files.createDirectories(partial.resolve("content").resolve("below"));
        Path target = folder.resolve("got");
        try (TarExtractor get = new TarExtractor(target, bytes -> {})) {
            get.write(archive, 0, archive.length);
            get.finish();
        }
        assertThat(target).hasContent("content");
        assertThat(partial).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "/", "a/../../b", "/etc/x", "a/b", "x/", "a\0b"})
    void aNameThatLeadsElsewhereIsAnErrorOfTheContent(String name) throws Exception {
        Cid file = Cid.parse("bafkqaaa");
        Block root = directory(new PbLink(file, name, 1L));
        assertThatThrownBy(() -> archive(root.cid().toString()))
                .isInstanceOf(ContentException.class)
                .hasMessageContaining("cannot be written to a file system");
    }

    @Test
    void aPinOfAllIsNotMadeAPinOfTheRootAlone() throws Exception {
        String root = add(new byte[1 << 20]);
        assertThatThrownBy(() -> node.ask(
                        ControlHandler.KUBO + "pin/add",
                        new Query().argument(root).option("recursive", false)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(root)
                .hasMessageContaining("already pinned recursively");
        assertThat(store.pins().get(Cid.parse(root)).kind()).isEqualTo(Pins.Kind.RECURSIVE);
        node.ask(ControlHandler.KUBO + "pin/add", new Query().argument(root)); // again
    }

    @Test
    void aTimeoutThatIsNoneIsRefusedWhereNoNodeRuns() {
        assertThatThrownBy(() -> node.ask(ControlHandler.KUBO + "pin/ls", new Query().option("timeout", "banana")))
                .isInstanceOf(MalformedException.class);
    }

    /** The first kibibytes of a file, and then no end of it until the command has failed. */
    private static InputStream endless(AtomicBoolean ended) {
        return new InputStream() {
            @Override
            public int read() {
                return ended.get() ? -1 : 1;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                return ended.get() ? -1 : length;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"add", "dag/import"})
    @Timeout(60)
    void aTimeoutEndsACommandThatIsBusyWhereNoNodeRuns(String command) throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        InputStream content = command.equals("add") ? endless(ended) : archives();
        try (MultipartBody body = MultipartBody.of(SystemEnvironment.shared(), content)) {
            assertThatThrownBy(() -> node.lines(
                            ControlHandler.KUBO + command, new Query().option("timeout", "50ms"), body, line -> {}))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining("more than 50 ms");
        } finally {
            ended.set(true);
        }
        assertThat(store.pins().list()).isEmpty();
    }

    /** An archive without end, of one block again and again. */
    private static InputStream archives() {
        Block block = Block.of(Multicodec.RAW, new byte[100]);
        byte[] head = HexFormat.of().parseHex("11a265726f6f7473806776657273696f6e01"); // no roots
        ByteArrayOutputStream section = new ByteArrayOutputStream();
        byte[] cid = block.cid().toBytes();
        section.write(cid.length + 100 - 128 | 128);
        section.write(1);
        section.writeBytes(cid);
        section.writeBytes(new byte[100]);
        byte[] again = section.toByteArray();
        return new SequenceInputStream(new ByteArrayInputStream(head), new InputStream() {
            private int at;

            @Override
            public int read() {
                int b = again[at] & 0xff;
                at = (at + 1) % again.length;
                return b;
            }
        });
    }
}
