package libp2p.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;

/** Failures for people: a page in place of the line of text that programs get. */
final class ErrorPage {
    /** The longest message that is shown, in bytes. */
    private static final int MESSAGE = 16 << 10;

    /** What may be different when the same is asked for again. */
    private static final List<Integer> PASSING = List.of(404, 412, 429, 500, 502, 503, 504);

    private ErrorPage() {}

    /** The response, as a page if it is a message about a failure and the client takes pages; content stays as it is. */
    static HttpResponse forPeople(HttpRequest request, HttpResponse response) {
        boolean content = !response.headers().getOrDefault("Etag", "").isEmpty(); // a file may stand for a failure
        if (response.status() < 400 || content || response.length() < 0 || response.length() > MESSAGE) {
            return response;
        }
        String vary = response.headers().getOrDefault("Vary", "");
        HttpResponse varied = vary.toLowerCase(Locale.ROOT).contains("accept")
                ? response
                : response.with("Vary", vary.isEmpty() ? "Accept" : vary + ", Accept");
        return takesPages(request) ? page(varied) : varied;
    }

    private static boolean takesPages(HttpRequest request) {
        for (String one : request.header("accept").split(",")) {
            String[] parts = one.split(";");
            if (parts.length > 0 && parts[0].strip().equalsIgnoreCase("text/html")) {
                return parts.length == 1 || !parts[1].strip().matches("[qQ]=0(\\.0*)?");
            }
        }
        return false;
    }

    private static HttpResponse page(HttpResponse response) {
        int status = response.status();
        String title = status + " " + HttpResponse.reason(status);
        StringBuilder page = Pages.start(title);
        page.append("<h1>")
                .append(title)
                .append("</h1>\n<div class=\"card\"><p>")
                .append(meaning(status));
        page.append("</p>\n");
        String message = message(response).strip();
        page.append(message.isEmpty() ? "" : "<pre>" + Escapes.html(message) + "</pre>\n");
        page.append(PASSING.contains(status) ? "<p class=\"way\"><a href=\"\">Try again</a></p>" : "")
                .append("</div>\n");
        Pages.end(page);
        byte[] bytes = page.toString().getBytes(StandardCharsets.UTF_8);
        return new HttpResponse(status, response.headers(), bytes.length, out -> out.write(bytes))
                .with("Content-Type", ContentTypes.HTML)
                .with("Content-Security-Policy", PageStyle.POLICY)
                .with("X-Content-Type-Options", "nosniff");
    }

    private static String message(HttpResponse response) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            response.body().writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // not of bytes in memory
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String meaning(int status) {
        return switch (status) {
            case 400 -> "The address or the request is malformed.";
            case 404 -> "There is no such content, or it is nowhere to be found at the moment.";
            case 405 -> "Content is read here, and nothing else.";
            case 406 -> "The content does not exist in the form that was asked for.";
            case 410 -> "This gateway does not serve this content.";
            case 412 -> "The content is not here yet.";
            case 429 -> "The gateway is busy.";
            case 501 -> "The gateway cannot show this part of the content.";
            case 504 -> "It took too long to find the content.";
            default -> status < 500 ? "The request cannot be answered." : "The gateway failed.";
        };
    }
}
