package libp2p.http;

/**
 * The head of a request.
 *
 * @param method as it was sent, such as {@code GET}
 * @param target as it was sent, for example {@code /path?query}
 * @param headers in the order in which they came
 */
public record HttpRequest(String method, String target, HttpHeaders headers) {
    /** The target without its query. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }
}
