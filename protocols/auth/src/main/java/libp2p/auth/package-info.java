/**
 * Permissions per protocol: {@link libp2p.auth.AccessRules} decides, before a handler sees a byte, whether a peer may
 * use a protocol. Rules name a {@link libp2p.auth.Subject}, protocols and directions; roles, and peers that have passed
 * a challenge, are further subjects. Everything is thread-safe and starts no threads; bounds are in {@link
 * AccessLimits}.
 */
package libp2p.auth;
