/**
 * The parts that most protocols share, so that a protocol is ten lines: {@link libp2p.core.messaging.MessageExchange}
 * asks a question and waits for the answer, or serves the questions of others; {@link
 * libp2p.core.messaging.MessageStream} sends and receives many messages; a {@link
 * libp2p.core.messaging.MessageReader} reads those of a secure channel, before there are streams; an
 * {@link libp2p.core.messaging.OutboundQueue} holds what one peer has yet to be sent.
 */
package libp2p.core.messaging;
