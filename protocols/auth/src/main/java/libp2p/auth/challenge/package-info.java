/**
 * Peers that prove on a stream that they hold the key of their id: {@link libp2p.auth.challenge.ChallengeAuthentication} by {@code
 * /auth/1.0.0}, which signs what the other side has chosen, and {@link libp2p.auth.challenge.IdentityProofs} by
 * {@code /auth/2.0.0}, which signs a statement that is good for nothing else. Both are subjects of {@link
 * libp2p.auth.Rule rules}.
 */
package libp2p.auth.challenge;
