package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.http.ClientGoneException;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.RequestContext;
import libp2p.ipld.unixfs.DirectoryImporter;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.Metadata;
import libp2p.multiformats.Cid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Work for clients that have left, and for those whose time is over: it ends within a block. */
class GatewayLeavingTest {
    private static final int ENTRIES = 3000;
    /** Blocks after which the client leaves. */
    private static final int BLOCKS = 5;

    private final AtomicInteger read = new AtomicInteger();
    private final MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    private final Gateway gateway =
            new Gateway(new MemoryBlockStore(BlockStoreLimits.DEFAULT), GatewayOptions.DEFAULT.withSource(cid -> {
                read.incrementAndGet();
                return store.get(cid);
            }));
    private Cid root;

    @BeforeEach
    void fill() throws IOException {
        DirectoryImporter directory = new DirectoryImporter(ImportOptions.V1_2025, store, Metadata.NONE);
        for (int i = 0; i < ENTRIES; i++) { // more than one block, so that the directory has shards
            directory.add(
                    "name-" + "x".repeat(200) + i,
                    new FileImporter(ImportOptions.V1_2025, store)
                            .add(new ByteArrayInputStream(new byte[] {(byte) i, (byte) (i >> 8)})));
        }
        root = directory.finish().cid();
    }

    private HttpResponse ask(String target, String accept, IOException reason) {
        int[] checks = {0};
        RequestContext context = () -> {
            if (checks[0]++ > BLOCKS) {
                throw reason;
            }
        };
        return gateway.handle(HttpRequest.of("GET", target, Map.of("Host", "127.0.0.1", "Accept", accept))
                .withContext(context));
    }

    @ParameterizedTest
    @CsvSource({
        "?format=tar, ''",
        "'', application/x-tar",
        "?format=car, ''",
        "/, text/html",
        "/?format=car&dag-scope=entity, ''",
    })
    void anAnswerEndsWithItsClient(String query, String accept) throws IOException {
        HttpResponse response = ask("/ipfs/" + root + query, accept, new ClientGoneException(null));
        if (response.status() == 200) {
            assertThatThrownBy(() -> response.body().writeTo(OutputStream.nullOutputStream()))
                    .isInstanceOf(ClientGoneException.class);
        } else {
            assertThat(response.status()).as(Fixtures.text(response)).isEqualTo(500);
        }
        assertThat(read.get()).isLessThanOrEqualTo(BLOCKS + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?format=tar", "?format=car", "/"})
    void anAnswerEndsWithItsTime(String query) throws IOException {
        HttpResponse response = ask("/ipfs/" + root + query, "*/*", new DeadlineExceededException("too long"));
        if (response.status() == 200) {
            assertThatThrownBy(() -> response.body().writeTo(OutputStream.nullOutputStream()))
                    .isInstanceOf(DeadlineExceededException.class);
        } else {
            assertThat(response.status()).isEqualTo(504);
            assertThat(response.headers().get("Retry-After")).isEqualTo("60");
        }
        assertThat(read.get()).isLessThanOrEqualTo(BLOCKS + 1);
    }
}
