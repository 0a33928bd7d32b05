/**
 * Pooled direct buffers, and inputs of bytes. A buffer has one owner, its {@link libp2p.core.buffer.Lease}, and never
 * crosses the API that applications see.
 */
package libp2p.core.buffer;
