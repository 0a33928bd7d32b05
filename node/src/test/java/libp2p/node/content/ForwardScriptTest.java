package libp2p.node.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's script that hands a command to a running node, against this program's own frames. */
class ForwardScriptTest {
    @TempDir
    Path data;

    private record Done(int code, byte[] out, String err) {}

    private interface Node {
        void answer(DataInputStream in, DataOutputStream out) throws IOException;
    }

    @BeforeEach
    void perlIsInstalled() {
        boolean found = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "perl")));
        assumeTrue(found, "no perl on this machine: the launcher starts the program itself");
    }

    @Test
    void aNodeGetsTheFolderAndTheWordsAndItsOutputAndCodeComeBack() throws Exception {
        byte[] bytes = new byte[3 * Frames.PIECE + 7];
        new Random(1).nextBytes(bytes);
        String[] words = {"cat", "bafkqaaa", "--json", "with space", "Zürich", "字", "", "--data", data.toString()};
        List<String> heard = new ArrayList<>();
        Done done = run(new byte[0], words, (in, out) -> {
            heard.addAll(Frames.readWords(in));
            assertEquals(-1, in.read(), "a command that reads no input ends its side at once");
            ReentrantLock lock = new ReentrantLock();
            Frames.stream(out, lock, Frames.OUT).write(bytes);
            Frames.stream(out, lock, Frames.ERR).write("of the node\n".getBytes(UTF_8));
            exit(out, 3);
        });
        assertEquals(3, done.code(), done.err());
        assertEquals("of the node\n", done.err());
        assertArrayEquals(bytes, done.out());
        assertEquals(Path.of("").toAbsolutePath().toRealPath().toString(), heard.getFirst());
        assertEquals(List.of(words), heard.subList(1, heard.size()));
    }

    @Test
    void inputOfACommandThatReadsItReachesTheNode() throws Exception {
        byte[] input = new byte[1_000_003];
        new Random(2).nextBytes(input);
        List<byte[]> heard = new ArrayList<>();
        Done done = run(input, new String[] {"add", "-", "--data=" + data}, (in, out) -> {
            Frames.readWords(in);
            heard.add(in.readAllBytes());
            exit(out, 0);
        });
        assertEquals(0, done.code(), done.err());
        assertArrayEquals(input, heard.getFirst());
    }

    @Test
    void aNodeThatEndsBeforeTheCommandIsDoneIsTold() throws Exception {
        Done done = run(new byte[0], new String[] {"ls", "bafkqaaa", "--data", data.toString()}, (in, out) -> {
            Frames.readWords(in);
            out.writeByte(Frames.OUT); // and no length
            out.flush();
        });
        assertEquals(1, done.code());
        assertEquals("ls: the node ended before the command was done\n", done.err());
    }

    @Test
    void aPieceThatIsLongerThanAllowedIsRefused() throws Exception {
        Done done = run(new byte[0], new String[] {"ls", "bafkqaaa", "--data", data.toString()}, (in, out) -> {
            Frames.readWords(in);
            out.writeByte(Frames.OUT);
            out.writeInt(Frames.PIECE + 1);
            out.flush();
        });
        assertEquals(1, done.code());
        assertEquals("ls: a piece of " + (Frames.PIECE + 1) + " bytes\n", done.err());
    }

    @Test
    void theLauncherDoesTheCommandIfTheNodeWasKilled() throws Exception {
        ServerSocketChannel left = listen();
        left.close(); // the socket's file stays
        Done done = start(new byte[0], launcher(), new String[] {"ls", "a b", "--data", data.toString()});
        assertEquals(7, done.code(), done.err());
        assertEquals("no: ls a b --data " + data + "\n", new String(done.out(), UTF_8));
    }

    @Test
    void theLauncherDoesACommandWhoseWordsDoNotFit() throws Exception {
        try (ServerSocketChannel node = listen()) {
            String[] words = {"ls", "\uD83D\uDE00", "--data", data.toString()};
            Done done = start(new byte[0], launcher(), words);
            assertEquals(7, done.code(), done.err());
            assertTrue(node.isOpen());
        }
    }

    private static void exit(DataOutputStream out, int code) throws IOException {
        out.writeByte(Frames.EXIT);
        out.writeInt(code);
        out.flush();
    }

    /** Stands for the program: says that it was told not to forward, and its words, and exits with 7. */
    private Path launcher() throws IOException {
        Path launcher = data.resolve("launcher");
        Files.writeString(launcher, "#!/bin/sh\necho \"$P2P_FORWARD: $*\"\nexit 7\n");
        return Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    }

    private ServerSocketChannel listen() throws IOException {
        Path socket = ContentServer.socket(data);
        Files.createDirectories(socket.getParent());
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        return server;
    }

    private Done run(byte[] input, String[] words, Node node) throws Exception {
        try (ServerSocketChannel server = listen()) {
            FutureTask<Void> answer = new FutureTask<>(() -> {
                try (SocketChannel channel = server.accept()) {
                    node.answer(
                            new DataInputStream(Channels.newInputStream(channel)),
                            new DataOutputStream(Channels.newOutputStream(channel)));
                }
                return null;
            });
            Thread.startVirtualThread(answer);
            Done done = start(input, Path.of("/nowhere"), words);
            answer.get(1, TimeUnit.MINUTES);
            return done;
        }
    }

    private static Done start(byte[] input, Path launcher, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("perl", "src/main/perl/forward.pl", launcher.toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        FutureTask<byte[]> err = read(() -> process.getErrorStream().readAllBytes());
        FutureTask<byte[]> out = read(() -> process.getInputStream().readAllBytes());
        try (var to = process.getOutputStream()) {
            to.write(input);
        }
        return new Done(
                process.waitFor(), out.get(1, TimeUnit.MINUTES), new String(err.get(1, TimeUnit.MINUTES), UTF_8));
    }

    private static FutureTask<byte[]> read(Callable<byte[]> from) {
        FutureTask<byte[]> task = new FutureTask<>(from);
        Thread.startVirtualThread(task);
        return task;
    }
}
