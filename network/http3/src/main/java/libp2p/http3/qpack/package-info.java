/** Field sections by QPACK (RFC 9204) with the static table alone: no dynamic table is offered, and none is used. */
package libp2p.http3.qpack;
