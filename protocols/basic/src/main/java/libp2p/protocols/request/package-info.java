/** Requests and responses on a stream each: framed by the end of the stream, or as two JSON objects. */
package libp2p.protocols.request;
