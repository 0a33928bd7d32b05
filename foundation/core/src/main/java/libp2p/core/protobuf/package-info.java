/**
 * A small codec for the protocol buffers wire format (proto2 and proto3), without reflection or generated code. The
 * reader works on bytes that are already in memory, bounds the message and the number of its fields, checks every
 * length before it allocates, and reports errors with the name of the message and the offset. The writer is
 * deterministic: bytes come out in the order of the calls.
 */
package libp2p.core.protobuf;
