/**
 * Delegated routing over HTTP, version 1 (<a
 * href="https://specs.ipfs.tech/routing/http-routing-v1/">specification</a>): asking a server who has content, and
 * being one.
 */
package libp2p.delegated.routing;
