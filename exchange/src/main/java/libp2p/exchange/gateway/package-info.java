/** The HTTP gateway, without HTTP: requests as values, answers as values that write their bodies. */
package libp2p.exchange.gateway;
