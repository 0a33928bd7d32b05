package libp2p.node.content;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import libp2p.core.environment.system.SystemEnvironment;

/** Has the node that runs on a data directory do a command. */
final class ContentClient {
    private static final int BUFFER = 1 << 16;

    private ContentClient() {}

    /**
     * The exit code of the command, or empty if no node runs; blocks until it is done.
     *
     * @param folder that relative paths begin at
     */
    static OptionalInt ask(Path data, Path folder, List<String> words, OutputStream out, OutputStream err)
            throws IOException {
        Path socket = ContentServer.socket(data);
        if (Files.notExists(socket)) {
            return OptionalInt.empty();
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
            } catch (ConnectException e) {
                return OptionalInt.empty(); // left behind by a process that was killed
            }
            List<String> request = new ArrayList<>(List.of(folder.toString()));
            request.addAll(words);
            DataOutputStream to =
                    new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER));
            Frames.writeWords(to, request);
            if (readsInput(words)) {
                SystemEnvironment.shared().start("content input", () -> sendInput(to, channel));
            } else {
                channel.shutdownOutput();
            }
            return OptionalInt.of(receive(new DataInputStream(Channels.newInputStream(channel)), out, err));
        }
    }

    private static void sendInput(DataOutputStream to, SocketChannel channel) {
        try {
            System.in.transferTo(to);
            to.flush();
            channel.shutdownOutput();
        } catch (IOException e) {
            System.getLogger(ContentClient.class.getName())
                    .log(System.Logger.Level.DEBUG, "the node takes no more input: " + e.getMessage());
        }
    }

    /** Only then: a terminal would be read for ever. */
    private static boolean readsInput(List<String> words) {
        return words.contains("-")
                || (words.getFirst().equals("dag") && (words.contains("put") || words.contains("import")))
                || (words.getFirst().equals("block") && words.contains("put"));
    }

    private static int receive(DataInputStream in, OutputStream out, OutputStream err) throws IOException {
        byte[] piece = new byte[Frames.PIECE];
        byte[] head = new byte[Frames.HEAD];
        while (true) {
            if (in.readNBytes(head, 0, Frames.HEAD) < Frames.HEAD) {
                throw new EOFException("the node ended before the command was done");
            }
            int kind = head[0];
            int number = ByteBuffer.wrap(head).getInt(1);
            if (kind == Frames.EXIT) {
                out.flush();
                err.flush();
                return number;
            }
            int length = Frames.pieceLength(number);
            in.readFully(piece, 0, length);
            (kind == Frames.OUT ? out : err).write(piece, 0, length);
        }
    }
}
