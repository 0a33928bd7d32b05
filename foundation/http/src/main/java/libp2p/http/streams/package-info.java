/**
 * <a href="https://github.com/libp2p/specs/tree/master/http">HTTP over streams</a>: one request a stream, {@code
 * /http/1.1}.
 */
package libp2p.http.streams;
