/**
 * AutoTLS (<a href="https://github.com/libp2p/specs/blob/master/tls/autotls-client.md">specification</a>): a host gets a
 * certificate for {@code *.PEER.DOMAIN} from an ACME server, and browsers dial it over {@code wss}.
 */
package libp2p.autotls;
