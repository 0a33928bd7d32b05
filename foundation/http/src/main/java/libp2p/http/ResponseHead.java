package libp2p.http;

/**
 * The head of a response, as a client has read it.
 *
 * @param status 100 to 599
 * @param headers in the order in which they came
 */
public record ResponseHead(int status, HttpHeaders headers) {}
