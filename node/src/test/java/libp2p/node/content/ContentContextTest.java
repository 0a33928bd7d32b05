package libp2p.node.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import libp2p.blocks.BlockStoreLimits;
import libp2p.core.environment.Environment;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.ipfs.Repository;
import org.junit.jupiter.api.Test;

class ContentContextTest {
    private static ContentContext context(OutputStream out) throws IOException {
        Environment environment = SystemEnvironment.shared();
        Repository store = Repository.inMemory(environment, BlockStoreLimits.DEFAULT);
        return new ContentContext(
                environment,
                store,
                store.blocks(),
                () -> {
                    throw new IOException("no exchange");
                },
                () -> {
                    throw new IOException("no host");
                },
                roots -> false,
                Path.of("."),
                InputStream.nullInputStream(),
                new PrintStream(out));
    }

    @Test
    void bytesThatNobodyReadsAnyMoreAreAFailure() throws IOException {
        ContentContext context = context(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        });
        try (Repository store = context.store()) {
            assertThatThrownBy(() -> context.bytes().write(new byte[10]))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nobody reads");
        }
    }

    @Test
    void bytesArriveAsTheyAre() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ContentContext context = context(out);
        try (Repository store = context.store()) {
            context.bytes().write(new byte[] {1, 2, 3}, 1, 2);
            context.bytes().write(4);
            assertThat(out.toByteArray()).containsExactly(2, 3, 4);
        }
    }
}
