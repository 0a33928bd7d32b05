package libp2p.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Paths and their handlers. */
class HttpRouterTest {
    private static HttpHandler says(int status) {
        return request -> HttpResponse.text(status, "");
    }

    private final HttpRouter router =
            new HttpRouter(Map.of("/a", says(201), "/a/b", says(202), "/ab", says(203)), says(404));

    private int status(String path) throws IOException {
        return router.handle(HttpRequest.of("GET", path, Map.of())).status();
    }

    @Test
    void theLongestPathGoesFirstAndEndsAtASlash() throws IOException {
        assertThat(status("/a")).isEqualTo(201);
        assertThat(status("/a/")).isEqualTo(201);
        assertThat(status("/a/c?d")).isEqualTo(201);
        assertThat(status("/a/b")).isEqualTo(202);
        assertThat(status("/a/b/c")).isEqualTo(202);
        assertThat(status("/a/bc")).isEqualTo(201);
        assertThat(status("/abc")).isEqualTo(404);
        assertThat(status("/ab/a/b")).isEqualTo(203);
        assertThat(status("/")).isEqualTo(404);
    }

    @Test
    void aPathOfSlashesAloneTakesNoMoreMemoryThanItIsLong() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        String slashes = "/".repeat(15_000);
        status(slashes);
        long before = threads.getCurrentThreadAllocatedBytes();
        status(slashes);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000_000);
    }
}
