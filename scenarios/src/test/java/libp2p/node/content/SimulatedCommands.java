package libp2p.node.content;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.ipfs.Repository;
import libp2p.ipld.ContentException;

/** Does commands as a node does those that it is sent, on a repository of any environment and file system. */
public final class SimulatedCommands {
    private static final Parsers PARSERS = new Parsers();

    private SimulatedCommands() {}

    /**
     * Does one command; blocks.
     *
     * @param input the standard input
     * @param words such as {@code pin add} with arguments
     * @throws IOException that of the command; also a {@link ContentException} if peers would have to be asked
     */
    public static void run(Environment environment, Repository store, Path folder, byte[] input, String... words)
            throws IOException {
        ContentContext context = new ContentContext(
                environment,
                store,
                store.blocks(),
                () -> {
                    throw new ContentException("no peer is asked");
                },
                () -> {
                    throw new ContentException("no peer is asked");
                },
                roots -> false,
                folder,
                new ByteArrayInputStream(input),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        StringWriter told = new StringWriter();
        Exception[] failure = new Exception[1];
        int code = ScopedValue.where(ContentContext.CURRENT, context)
                .call(() -> PARSERS.with(List.of(words), new PrintWriter(told), parser -> {
                    parser.setExecutionExceptionHandler((thrown, line, result) -> {
                        failure[0] = thrown;
                        return 1;
                    });
                    return parser.execute(words);
                }));
        if (failure[0] instanceof IOException e) {
            throw e;
        }
        if (code != 0) {
            throw new AssertionError(String.join(" ", words) + ": exit code " + code + ": " + told, failure[0]);
        }
    }
}
