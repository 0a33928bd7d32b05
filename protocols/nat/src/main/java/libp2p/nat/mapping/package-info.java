/**
 * Asks the router for ports of its outside address: by PCP (RFC 6887), NAT-PMP (RFC 6886) or UPnP (Internet Gateway
 * Device 1 and 2), whichever it speaks.
 */
package libp2p.nat.mapping;
