/**
 * The first AutoNAT (libp2p specification, autonat/autonat-v1): peers try to dial a host back, which gives one verdict
 * for the host as a whole. Spoken with older peers only.
 */
package libp2p.nat.autonat.v1;
