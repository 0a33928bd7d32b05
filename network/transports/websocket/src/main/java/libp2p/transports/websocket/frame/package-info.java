/** Frames of RFC 6455, section 5: pure, without I/O. */
package libp2p.transports.websocket.frame;
