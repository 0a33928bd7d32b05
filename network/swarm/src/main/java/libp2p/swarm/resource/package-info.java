/**
 * The resource manager: every connection, stream and buffer is charged to a set of nested scopes with limits. All
 * charging happens under one lock of the manager, all or nothing, and a refusal says whose limit stood in the way.
 */
package libp2p.swarm.resource;
