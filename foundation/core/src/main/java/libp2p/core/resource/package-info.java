/**
 * The bounds on resources. Every connection, stream and buffer is charged to a chain of scopes; a refusal names the
 * scope, the limit, the value and the side. The counting manager is in module {@code libp2p.swarm}.
 */
package libp2p.core.resource;
