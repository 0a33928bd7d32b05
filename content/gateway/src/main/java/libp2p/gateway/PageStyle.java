package libp2p.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The style of pages, which stands in each of them with its icons, so that a page is one request. All else that a
 * browser could load or run is forbidden to it; the style is allowed by its hash, which holds in caches too.
 */
final class PageStyle {
    /** For both colour schemes, narrow windows and paper. */
    static final String CSS = read();

    /** The icon of a page in its tab, without which a browser asks for one. */
    static final String ICON = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
            + "<path fill='%230f7c86' d='M8 .5l6.5 3.75v7.5L8 15.5l-6.5-3.75v-7.5z'/>"
            + "<path fill='none' stroke='white' d='M8 15V8L2 4.5M8 8l6-3.5'/></svg>";

    /**
     * The Content-Security-Policy of pages. Without {@code sandbox}, which would hold for the pages and downloads that
     * their links open too.
     */
    static final String POLICY = "default-src 'none'; style-src 'sha256-" + hash(CSS)
            + "'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private PageStyle() {}

    private static String read() {
        try (InputStream in = PageStyle.class.getResourceAsStream("page.css")) {
            if (in == null) {
                throw new IllegalStateException("page.css is missing beside " + PageStyle.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
