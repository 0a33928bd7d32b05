/**
 * Loss detection and congestion control (RFC 9002): packets sent and received by number space, the round trip, CUBIC
 * (RFC 9438) with HyStart++ (RFC 9406), pacing, and explicit congestion notification (RFC 9000, section 13.4). No
 * clock: time comes in with every call, in nanoseconds. One thread at a time.
 */
package libp2p.quic.recovery;
