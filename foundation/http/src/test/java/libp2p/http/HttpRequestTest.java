package libp2p.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpRequestTest {
    private static HttpRequest get(String target) {
        return HttpRequest.of("GET", target, Map.of());
    }

    @Test
    void pathAndQueryAreDecodedApart() {
        HttpRequest request = get("/a%20b+c/%C3%BC?x=1%262&x=3&y&z=a+b");
        assertThat(request.path()).isEqualTo("/a b+c/ü");
        assertThat(request.rawPath()).isEqualTo("/a%20b+c/%C3%BC");
        assertThat(request.query()).containsOnly(Map.entry("x", "1&2"), Map.entry("y", ""), Map.entry("z", "a b"));
        assertThat(get("/a").query()).isEmpty();
        assertThatThrownBy(get("/%zz")::path).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(get("/?%zz")::query).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesOfFieldsAreComparedWithoutCaseAndTheirLinesJoined() {
        HttpHeaders headers = new HttpHeaders(List.of(
                new HttpHeaders.Field("Accept", "a"),
                new HttpHeaders.Field("Host", "x"),
                new HttpHeaders.Field("ACCEPT", "b")));
        assertThat(headers.get("accept")).isEqualTo("a,b");
        assertThat(headers.get("Range")).isNull();
        assertThat(headers.with("accept", "c").all("Accept")).containsExactly("c");
        assertThat(headers.without("accept").fields()).containsExactly(new HttpHeaders.Field("Host", "x"));
    }

    @Test
    void theHandlerOfTheLongestPathAnswers() throws IOException {
        HttpRouter router = new HttpRouter(
                Map.of(
                        "/auth", request -> HttpResponse.text(200, "auth"),
                        "/auth/more", request -> HttpResponse.text(201, "more")),
                request -> HttpResponse.text(404, "nothing"));
        for (String path : List.of("/auth", "/auth/", "/auth/x", "/auth/mores?x")) {
            assertThat(router.handle(get(path)).status()).as(path).isEqualTo(200);
        }
        for (String path : List.of("/auth/more", "/auth/more/x/y")) {
            assertThat(router.handle(get(path)).status()).as(path).isEqualTo(201);
        }
        for (String path : List.of("/", "/authors", "/ipfs/x", "/a/auth", "")) {
            assertThat(router.handle(get(path)).status()).as(path).isEqualTo(404);
        }
    }
}
