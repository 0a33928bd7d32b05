/** <a href="https://github.com/libp2p/specs/tree/master/fetch">Fetch</a>: small values of other peers by key. */
package libp2p.protocols.fetch;
