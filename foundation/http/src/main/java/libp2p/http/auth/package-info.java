/**
 * <a href="https://github.com/libp2p/specs/blob/master/http/peer-id-auth.md">Authentication of peer ids over HTTP</a>,
 * both sides.
 */
package libp2p.http.auth;
