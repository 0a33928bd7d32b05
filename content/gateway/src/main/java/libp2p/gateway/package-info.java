/**
 * The HTTP gateway without HTTP: requests as values, answers as values that write their bodies.
 *
 * <p>{@link libp2p.gateway.Gateway} finds out what a request is about, from its path or its host; blocks, CARs
 * and records go to verifiers, files and pages to people.
 *
 * <p>The package has more than 25 classes because the forms of an answer share what is known of its request.
 */
package libp2p.gateway;
