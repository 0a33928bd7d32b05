/**
 * Reading and writing records through pooled buffers, shared by the secure channels of this module. Nothing in here
 * knows a protocol or starts a thread.
 */
package libp2p.security.records;
