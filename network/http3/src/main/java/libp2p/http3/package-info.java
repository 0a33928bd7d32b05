/**
 * Frames and settings of HTTP/3 (RFC 9114), with the settings of WebTransport (draft-ietf-webtrans-http3). Nothing here
 * does I/O: bytes go in as they come, and whole frames come out.
 */
package libp2p.http3;
