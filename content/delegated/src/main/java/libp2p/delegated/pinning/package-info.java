/**
 * Pins at services and for others: client and server of the
 * <a href="https://ipfs.github.io/pinning-services-api-spec/">pinning service API</a>, by which {@code ipfs pin remote}
 * asks too.
 */
package libp2p.delegated.pinning;
